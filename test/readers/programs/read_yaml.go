// Reads YAML documents with go-yaml: a document in base64 a line in, a reading in JSON a line out.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"

	"gopkg.in/yaml.v3"
)

func describe(value interface{}) interface{} {
	switch it := value.(type) {
	case nil:
		return []interface{}{"null"}
	case bool:
		return []interface{}{"bool", it}
	case int, int64, uint64:
		return []interface{}{"int", fmt.Sprint(it)}
	case float64:
		if math.IsInf(it, 0) || math.IsNaN(it) {
			return []interface{}{"float", map[bool]string{true: "NaN", false: "Infinity"}[math.IsNaN(it)]}
		}
		return []interface{}{"float", strconv.FormatFloat(it, 'g', -1, 64)}
	case string:
		return []interface{}{"str", it}
	case []interface{}:
		items := []interface{}{}
		for _, item := range it {
			items = append(items, describe(item))
		}
		return []interface{}{"seq", items}
	case map[string]interface{}:
		pairs := []interface{}{}
		for key, item := range it {
			pairs = append(pairs, []interface{}{describe(key), describe(item)})
		}
		return []interface{}{"map", pairs}
	case map[interface{}]interface{}:
		pairs := []interface{}{}
		for key, item := range it {
			pairs = append(pairs, []interface{}{describe(key), describe(item)})
		}
		return []interface{}{"map", pairs}
	}
	return []interface{}{"other", fmt.Sprintf("%T %v", value, value)}
}

func read(document []byte) (reading interface{}) {
	defer func() {
		if cause := recover(); cause != nil {
			reading = []interface{}{"error", fmt.Sprint(cause)}
		}
	}()
	var value interface{}
	if err := yaml.Unmarshal(document, &value); err != nil {
		return []interface{}{"error", err.Error()}
	}
	return describe(value)
}

func main() {
	if len(os.Args) > 1 {
		fmt.Printf("go-yaml v3 (%s)\n", runtime.Version())
		return
	}
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		document, _ := base64.StdEncoding.DecodeString(line)
		out.Encode(read(document))
	}
}
