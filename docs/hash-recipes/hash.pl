# Usage: hash.pl URL. Prints the hash of the catalog that the service at URL serves.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use HTTP::Tiny;
use JSON::PP qw(decode_json);

my ($service) = @ARGV;
my $http = HTTP::Tiny->new;

sub fetch {
    my ($path) = @_;
    my $response = $http->get($service . $path);
    die "$path: $response->{status}\n" unless $response->{success};
    return $response->{content};
}

my @names = sort map { $_->{entity} } @{ decode_json(fetch('/views'))->{items} };
my @members = map { qq("$_": ) . fetch("/views/$_") } @names;
print sha256_hex('{' . join(', ', @members) . '}'), "\n";
