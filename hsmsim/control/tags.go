package control

import (
	"context"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// TagResourceRequest gives a cluster or backup tags.
type TagResourceRequest struct {
	ResourceId string `json:"ResourceId" required:"true" pattern:"(?:cluster|backup)-[0-9a-zA-Z]{11,16}"`
	TagList    []Tag  `json:"TagList" required:"true" len:"1:50"`
}

// UntagResourceRequest takes tags away.
type UntagResourceRequest struct {
	ResourceId string   `json:"ResourceId" required:"true" pattern:"(?:cluster|backup)-[0-9a-zA-Z]{11,16}"`
	TagKeyList []string `json:"TagKeyList" required:"true" len:"1:50"`
}

// ListTagsRequest asks for the tags of a cluster or backup.
type ListTagsRequest struct {
	ResourceId string `json:"ResourceId" required:"true" pattern:"(?:cluster|backup)-[0-9a-zA-Z]{11,16}"`
	NextToken  string `json:"NextToken" len:"0:256"`
	MaxResults *int   `json:"MaxResults" range:"1:100"`
}

// ListTagsResponse are tags.
type ListTagsResponse struct {
	TagList   []Tag  `json:"TagList"`
	NextToken string `json:"NextToken,omitempty"`
}

// TagResource adds tags, or changes the values of those that are there.
func (s *Service) TagResource(_ context.Context, c *shape.Call, r TagResourceRequest) (answer shape.Empty, err error) {
	s.enter()
	defer s.leave(&err)
	tags, err := s.region(c.Region).tagsOf(r.ResourceId)
	if err != nil {
		return answer, err
	}
	count := len(*tags)
	for _, t := range r.TagList {
		if _, there := (*tags)[t.Key]; !there {
			count++
		}
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return answer, shape.Errorf(tagFault, msgReservedTag)
		}
	}
	if count > maxTags {
		return answer, shape.Errorf(limitExceeded, msgTooManyTags, r.ResourceId, maxTags)
	}
	if *tags == nil {
		*tags = map[string]string{}
	}
	for _, t := range r.TagList {
		(*tags)[t.Key] = t.Value
	}
	s.dirty = true
	return answer, nil
}

// UntagResource removes tags; those that are not there do not matter.
func (s *Service) UntagResource(_ context.Context, c *shape.Call, r UntagResourceRequest) (answer shape.Empty, err error) {
	s.enter()
	defer s.leave(&err)
	tags, err := s.region(c.Region).tagsOf(r.ResourceId)
	if err != nil {
		return answer, err
	}
	for _, key := range r.TagKeyList {
		delete(*tags, key)
	}
	s.dirty = true
	return answer, nil
}

// ListTags lists tags in the order of their keys.
func (s *Service) ListTags(_ context.Context, c *shape.Call, r ListTagsRequest) (answer ListTagsResponse, err error) {
	s.enter()
	defer s.leave(&err)
	tags, err := s.region(c.Region).tagsOf(r.ResourceId)
	if err != nil {
		return answer, err
	}
	answer.TagList, answer.NextToken, err = page(tagList(*tags), func(t Tag) string { return t.Key }, r.NextToken, limitOf(r.MaxResults, maxTagPage))
	answer.TagList = slices.Concat([]Tag{}, answer.TagList)
	return answer, err
}

// tagsOf are the tags of a cluster or backup.
func (r *Region) tagsOf(id string) (*map[string]string, error) {
	if strings.HasPrefix(id, "cluster-") {
		if c := r.cluster(id); c != nil {
			return &c.Tags, nil
		}
		return nil, noCluster(id)
	}
	if b := r.backup(id); b != nil {
		return &b.Tags, nil
	}
	return nil, noBackup(id)
}
