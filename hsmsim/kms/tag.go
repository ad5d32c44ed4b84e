package kms

import (
	"context"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxTags is how many tags a key can have.
const maxTags = 50

// Tag is a name and a value that belong to a key.
type Tag struct {
	Key   string `json:"TagKey" required:"true" len:"1:128"`
	Value string `json:"TagValue" len:"0:256"`
}

// checkTags checks tags that a key with some old ones is to get as well.
func checkTags(old, more []Tag) error {
	names := map[string]bool{}
	for _, t := range more {
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return shape.Errorf(tagException, "Tags beginning with aws: are reserved")
		}
		if names[t.Key] {
			return shape.Errorf(tagException, "Duplicate tag keys")
		}
		names[t.Key] = true
	}
	for _, t := range old {
		names[t.Key] = true
	}
	if len(names) > maxTags {
		return shape.Errorf(tagException, "Too many tags")
	}
	return nil
}

// taggable finds the key of a request about tags; s.mu is held.
func (s *Service) taggable(c *shape.Call, keyID string) (*key, error) {
	if isAlias(keyID) {
		return nil, shape.Errorf(invalidARN, "Key Aliases are not supported")
	}
	return s.find(c, keyID)
}

// TagResourceRequest is tags for a key.
type TagResourceRequest struct {
	KeyID string `json:"KeyId" required:"true" len:"1:2048"`
	Tags  []Tag  `json:"Tags" required:"true"`
}

// TagResource gives a key tags, or its tags new values.
func (s *Service) TagResource(ctx context.Context, c *shape.Call, r TagResourceRequest) (shape.Empty, error) {
	return shape.Empty{}, s.retag(ctx, c, r.KeyID, func(k *key) ([]Tag, error) {
		if err := checkTags(k.Tags, r.Tags); err != nil {
			return nil, err
		}
		tags := slices.Clone(k.Tags)
		for _, t := range r.Tags {
			if i := slices.IndexFunc(tags, func(old Tag) bool { return old.Key == t.Key }); i >= 0 {
				tags[i] = t
			} else {
				tags = append(tags, t)
			}
		}
		return tags, nil
	})
}

// UntagResourceRequest names tags of a key.
type UntagResourceRequest struct {
	KeyID string   `json:"KeyId" required:"true" len:"1:2048"`
	Keys  []string `json:"TagKeys" required:"true"`
}

// UntagResource takes tags from a key. Those that it does not have are no error.
func (s *Service) UntagResource(ctx context.Context, c *shape.Call, r UntagResourceRequest) (shape.Empty, error) {
	return shape.Empty{}, s.retag(ctx, c, r.KeyID, func(k *key) ([]Tag, error) {
		return slices.DeleteFunc(slices.Clone(k.Tags), func(t Tag) bool { return slices.Contains(r.Keys, t.Key) }), nil
	})
}

func (s *Service) retag(ctx context.Context, c *shape.Call, keyID string, f func(*key) ([]Tag, error)) error {
	return s.change(ctx, func() error {
		k, err := s.taggable(c, keyID)
		if err == nil {
			err = s.notPending(k)
		}
		if err != nil {
			return err
		}
		tags, err := f(k)
		if err != nil {
			return err
		}
		k.Tags = tags
		s.putKey(k)
		return nil
	})
}

// ListResourceTagsRequest asks for a page of a key's tags.
type ListResourceTagsRequest struct {
	KeyID  string `json:"KeyId" required:"true" len:"1:2048"`
	Limit  *int   `json:"Limit" range:"1:50"`
	Marker string `json:"Marker" len:"1:1024"`
}

// ListResourceTagsResponse is a page of tags.
type ListResourceTagsResponse struct {
	Tags       []Tag  `json:"Tags"`
	NextMarker string `json:"NextMarker,omitempty"`
	Truncated  bool   `json:"Truncated"`
}

// ListResourceTags lists a key's tags in order of their names, 50 a page unless the request says otherwise.
func (s *Service) ListResourceTags(_ context.Context, c *shape.Call, r ListResourceTagsRequest) (ListResourceTagsResponse, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	k, err := s.taggable(c, r.KeyID)
	if err != nil {
		return ListResourceTagsResponse{}, err
	}
	names, values := make([]string, len(k.Tags)), make(map[string]string, len(k.Tags))
	for i, t := range k.Tags {
		names[i], values[t.Key] = t.Key, t.Value
	}
	slices.Sort(names)
	names, next, err := page(names, r.Limit, 50, r.Marker, "ListResourceTags")
	answer := ListResourceTagsResponse{Tags: make([]Tag, len(names)), NextMarker: next, Truncated: next != ""}
	for i, name := range names {
		answer.Tags[i] = Tag{name, values[name]}
	}
	return answer, err
}
