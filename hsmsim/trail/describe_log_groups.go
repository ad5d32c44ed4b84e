package trail

import (
	"context"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeLogGroupsRequest asks for the groups of the caller's region.
type DescribeLogGroupsRequest struct {
	LogGroupNamePrefix  string `json:"logGroupNamePrefix,omitempty" len:"1:512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	LogGroupNamePattern string `json:"logGroupNamePattern,omitempty" len:"0:512" pattern:"[\\.\\-_/#A-Za-z0-9]*"` // anywhere in the name
	Limit               *int   `json:"limit,omitempty" range:"1:50"`
	NextToken           string `json:"nextToken,omitempty"`
}

// DescribeLogGroupsResponse lists groups by name.
type DescribeLogGroupsResponse struct {
	LogGroups []LogGroup `json:"logGroups"`
	NextToken string     `json:"nextToken,omitempty"`
}

// LogGroup is the group of one cluster.
type LogGroup struct {
	LogGroupName      string `json:"logGroupName"`
	CreationTime      int64  `json:"creationTime"` // milliseconds since the epoch
	MetricFilterCount int    `json:"metricFilterCount"`
	ARN               string `json:"arn"`
	StoredBytes       int64  `json:"storedBytes"`
	LogGroupClass     string `json:"logGroupClass"`
	LogGroupARN       string `json:"logGroupArn"`
}

// maxDescribed is how many groups or streams are listed at a time.
const maxDescribed = 50

// DescribeLogGroups lists the groups of the clusters that have, or had, HSMs. Exceptions: InvalidParameterException.
func (l *Logs) DescribeLogGroups(_ context.Context, c *shape.Call, r DescribeLogGroupsRequest) (DescribeLogGroupsResponse, error) {
	if r.LogGroupNamePrefix != "" && r.LogGroupNamePattern != "" {
		return DescribeLogGroupsResponse{}, shape.Errorf("InvalidParameterException", textOnePattern)
	}
	byName := map[string]*LogGroup{}
	for _, a := range l.source.AuditLogs(c.Region) {
		name := groupPrefix + a.Cluster
		if !strings.HasPrefix(name, r.LogGroupNamePrefix) || !strings.Contains(strings.ToLower(name), strings.ToLower(r.LogGroupNamePattern)) {
			continue
		}
		g := byName[name]
		if g == nil {
			arn := l.groupARN(c.Region, name)
			g = &LogGroup{LogGroupName: name, CreationTime: a.ClusterCreated.UnixMilli(), ARN: arn + ":*", LogGroupARN: arn, LogGroupClass: "STANDARD"}
			byName[name] = g
		}
		g.StoredBytes += a.stream().storedBytes()
	}
	groups := []LogGroup{}
	for _, g := range byName {
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b LogGroup) int { return strings.Compare(a.LogGroupName, b.LogGroupName) })
	t := token{[]string{"groups", c.Region, r.LogGroupNamePrefix, r.LogGroupNamePattern}}
	groups, next, err := page(groups, func(g *LogGroup) string { return g.LogGroupName }, orDefault(r.Limit, maxDescribed), t, r.NextToken)
	return DescribeLogGroupsResponse{groups, next}, err
}

// orDefault is an optional number.
func orDefault(n *int, d int) int {
	if n == nil {
		return d
	}
	return *n
}
