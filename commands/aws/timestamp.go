package aws

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// layouts are the forms in which times are taken, those with a zone first.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04Z07:00", "20060102T150405Z0700",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", time.RFC1123, time.RFC1123Z,
	"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02",
	"20060102T150405", "20060102", "2006-01", "Jan 2, 2006", "Jan 2 2006", "2 Jan 2006", "January 2, 2006",
	"Jan 2, 2006 15:04:05", "Jan 2, 2006, 3:04:05 PM", "01/02/2006",
}

// parseTime reads a time: ISO 8601, or seconds since the epoch. A time without a zone is in the zone given, nil
// for UTC.
func parseTime(text string, zone *time.Location) (time.Time, error) {
	if zone == nil {
		zone = time.UTC
	}
	text = strings.TrimSpace(text)
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && math.Abs(f) < 1e12 && len(text) != len("20060102") {
		return fromEpoch(f), nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("cannot read %q as a time", text)
}

// fromEpoch is the time of seconds since the epoch, to the microsecond.
func fromEpoch(seconds float64) time.Time {
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.RoundToEven(part*1e6))*1000).UTC()
}

// showTime writes a time as the CLI shows it: 2017-07-05T21:04:55.918000+00:00, without a fraction if it is 0.
func showTime(t time.Time) string {
	if t.Nanosecond()/1000 == 0 {
		return t.Format("2006-01-02T15:04:05-07:00")
	}
	return t.Format("2006-01-02T15:04:05.000000-07:00")
}
