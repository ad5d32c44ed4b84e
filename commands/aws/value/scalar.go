package value

import (
	"math"
	"strconv"
	"strings"
)

// Scalar writes a value as the text and table outputs do: True and None, fractions always with a point or an
// exponent.
func Scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return fraction(v)
	case string:
		return v
	}
	return string(AppendJSON(nil, v))
}

// fraction writes the shortest digits that give f back: with an exponent below 1e-4 and from 1e16 on.
func fraction(f float64) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+"))
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
