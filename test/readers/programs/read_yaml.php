<?php
// Reads YAML documents with the yaml extension: a document in base64 a line in, a reading in JSON a line out.

function describe(mixed $value): array
{
    if ($value === null) return ['null'];
    if (is_bool($value)) return ['bool', $value];
    if (is_int($value)) return ['int', (string) $value];
    if (is_float($value)) return ['float', is_nan($value) ? 'NaN' : (is_infinite($value) ? ($value > 0 ? 'Infinity' : '-Infinity') : var_export($value, true))];
    if (is_string($value)) return ['str', $value];
    if (!is_array($value)) return ['other', get_debug_type($value)];
    if (array_is_list($value)) return ['seq', array_map('describe', $value)];
    $pairs = [];
    foreach ($value as $key => $item) $pairs[] = [describe($key), describe($item)];
    return ['map', $pairs];
}

if (array_slice($argv, 1) === ['--version']) {
    echo 'yaml ', phpversion('yaml'), ' (PHP ', PHP_VERSION, ', libyaml ', defined('YAML_LIBYAML_VERSION') ? YAML_LIBYAML_VERSION : '?', ")\n";
    exit;
}
$warning = null;
set_error_handler(function (int $level, string $message) use (&$warning): bool {
    $warning ??= $message;
    return true;
});
while (($line = fgets(STDIN)) !== false) {
    $warning = null;
    $value = yaml_parse(base64_decode($line));
    $reading = $warning === null ? describe($value) : ['error', $warning];
    echo json_encode($reading, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR, 4096), "\n";
}
