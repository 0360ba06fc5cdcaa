# Reads YAML documents with Psych: a document in base64 a line in, a reading in JSON a line out.
require "json"
require "date"
require "yaml"

def describe(value)
  case value
  when nil then ["null"]
  when true, false then ["bool", value]
  when Integer then ["int", value.to_s]
  when Float then ["float", value.nan? ? "NaN" : value.infinite? ? (value > 0 ? "Infinity" : "-Infinity") : value.to_s]
  when String then ["str", value]
  when Array then ["seq", value.map { |item| describe(item) }]
  when Hash then ["map", value.map { |key, item| [describe(key), describe(item)] }]
  else ["other", "#{value.class} #{value.inspect}"]
  end
end

def read(document)
  describe(YAML.safe_load(document, permitted_classes: [Date, Time, Symbol], aliases: true))
rescue StandardError => error
  ["error", "#{error.class}: #{error.message}"]
end

if ARGV == ["--version"]
  puts "Psych #{Psych::VERSION} (Ruby #{RUBY_VERSION}, libyaml #{Psych.libyaml_version.join(".")})"
else
  $stdout.sync = true
  $stdin.each_line { |line| puts JSON.generate(read(line.unpack1("m").force_encoding("UTF-8")), max_nesting: 0) }
end
