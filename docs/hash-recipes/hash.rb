# Usage: hash.rb URL. Prints the hash of the catalog that the service at URL serves.
require "digest"
require "json"
require "net/http"

def fetch(path)
  response = Net::HTTP.get_response(URI(ARGV.fetch(0) + path))
  raise "#{path}: #{response.code}" unless response.is_a?(Net::HTTPOK)
  response.body.b
end

names = JSON.parse(fetch("/views"))["items"].map { |item| item["entity"] }.sort
members = names.map { |name| "\"#{name}\": ".b + fetch("/views/#{name}") }
puts Digest::SHA256.hexdigest("{".b + members.join(", ".b) + "}".b)
