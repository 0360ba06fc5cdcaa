<?php
// Usage: hash.php URL. Prints the hash of the catalog that the service at URL serves.

function fetch(string $path): string
{
    $body = file_get_contents($GLOBALS['argv'][1] . $path);
    if ($body === false) exit(1);
    return $body;
}

$names = array_column(json_decode(fetch('/views'), true)['items'], 'entity');
sort($names, SORT_STRING);
$members = array_map(fn (string $name): string => "\"$name\": " . fetch("/views/$name"), $names);
echo hash('sha256', '{' . implode(', ', $members) . '}'), "\n";
