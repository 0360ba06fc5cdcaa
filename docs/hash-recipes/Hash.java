import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Usage: java Hash.java URL. Prints the hash of the catalog that the service at URL serves. Needs Java 17. */
public class Hash {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Pattern ENTITY = Pattern.compile("\"entity\":\"([^\"]*)\"");

  private static byte[] fetch(String url) throws IOException, InterruptedException {
    var response = CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) throw new IOException(url + ": " + response.statusCode());
    return response.body();
  }

  public static void main(String[] args) throws Exception {
    var list = new String(fetch(args[0] + "/views"), StandardCharsets.UTF_8);
    var names = new TreeSet<String>();
    ENTITY.matcher(list).results().forEach(found -> names.add(found.group(1)));
    var digest = MessageDigest.getInstance("SHA-256");
    var separator = "{";
    for (var name : names) {
      digest.update((separator + '"' + name + "\": ").getBytes(StandardCharsets.UTF_8));
      digest.update(fetch(args[0] + "/views/" + name));
      separator = ", ";
    }
    digest.update((byte) '}');
    System.out.println(HexFormat.of().formatHex(digest.digest()));
  }
}
