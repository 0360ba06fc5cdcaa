// Usage: go run hash.go URL. Prints the hash of the catalog that the service at URL serves.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sort"
)

func fetch(path string) []byte {
	response, err := http.Get(os.Args[1] + path)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		log.Fatal(path, ": ", response.Status, " ", err)
	}
	return body
}

func main() {
	var list struct {
		Items []struct {
			Entity string `json:"entity"`
		} `json:"items"`
	}
	if err := json.Unmarshal(fetch("/views"), &list); err != nil {
		log.Fatal(err)
	}
	names := make([]string, 0, len(list.Items))
	for _, item := range list.Items {
		names = append(names, item.Entity)
	}
	sort.Strings(names)
	digest := sha256.New()
	separator := "{"
	for _, name := range names {
		fmt.Fprintf(digest, "%s\"%s\": %s", separator, name, fetch("/views/"+name))
		separator = ", "
	}
	fmt.Fprint(digest, "}")
	fmt.Printf("%x\n", digest.Sum(nil))
}
