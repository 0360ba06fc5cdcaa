import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML documents with SnakeYAML: a document in base64 a line in, a reading in JSON a line out. */
public class ReadYaml {
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      if (unit == '"' || unit == '\\') out.append('\\').append(unit);
      else if (unit < 0x20 || unit >= 0x7f) out.append(String.format("\\u%04x", (int) unit));
      else out.append(unit);
    }
    return out.append('"').toString();
  }

  static String pair(String kind, String json) {
    return "[\"" + kind + "\"," + json + "]";
  }

  static String describe(Object value) {
    if (value == null) return "[\"null\"]";
    if (value instanceof Boolean) return pair("bool", value.toString());
    if (value instanceof Integer || value instanceof Long || value instanceof java.math.BigInteger) return pair("int", quote(value.toString()));
    if (value instanceof Double || value instanceof Float) return pair("float", quote(value.toString()));
    if (value instanceof String) return pair("str", quote((String) value));
    List<String> parts = new ArrayList<>();
    if (value instanceof List) {
      for (Object item : (List<?>) value) parts.add(describe(item));
      return pair("seq", "[" + String.join(",", parts) + "]");
    }
    if (value instanceof Map) {
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) parts.add("[" + describe(entry.getKey()) + "," + describe(entry.getValue()) + "]");
      return pair("map", "[" + String.join(",", parts) + "]");
    }
    return pair("other", quote(value.getClass().getName() + " " + value));
  }

  static String read(String document) {
    try {
      return describe(new Yaml(new SafeConstructor()).load(document));
    } catch (RuntimeException error) {
      return pair("error", quote(error.getClass().getSimpleName() + ": " + error.getMessage()));
    }
  }

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (args.length > 0) {
      String jar = Yaml.class.getProtectionDomain().getCodeSource().getLocation().toURI().getPath();
      out.println("SnakeYAML " + new java.io.File(jar).getCanonicalFile().getName() + " (Java " + System.getProperty("java.version") + ")");
      return;
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line; (line = in.readLine()) != null; ) {
      // As Spring and others load a file: with the byte order mark handled by the reader of streams.
      byte[] bytes = Base64.getDecoder().decode(line);
      try (var reader = new org.yaml.snakeyaml.reader.UnicodeReader(new java.io.ByteArrayInputStream(bytes))) {
        StringBuilder text = new StringBuilder();
        char[] buffer = new char[8192];
        for (int count; (count = reader.read(buffer)) >= 0; ) text.append(buffer, 0, count);
        out.println(read(text.toString()));
      }
    }
  }
}
