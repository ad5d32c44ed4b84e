package kms

import (
	"context"
	"fmt"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ScheduleKeyDeletionRequest names a key and the days that it waits, 7 to 30; 30 where the request does not say.
type ScheduleKeyDeletionRequest struct {
	KeyID  string `json:"KeyId" required:"true" len:"1:2048"`
	Window *int   `json:"PendingWindowInDays" range:"1:365"`
}

// ScheduleKeyDeletionResponse tells when the key will be deleted, which is not known of a primary key with replicas.
// KeyId is its ARN.
type ScheduleKeyDeletionResponse struct {
	KeyID        string      `json:"KeyId"`
	DeletionDate *shape.Time `json:"DeletionDate,omitempty"`
	KeyState     KeyState    `json:"KeyState"`
	Window       int         `json:"PendingWindowInDays"`
}

// The waiting periods of the service; its model allows more.
const (
	minWindow      = 7
	maxWindow      = 30
	standardWindow = 30
)

// ScheduleKeyDeletion makes a key wait for its deletion. It works in every state of the key's custom key store.
func (s *Service) ScheduleKeyDeletion(ctx context.Context, c *shape.Call, r ScheduleKeyDeletionRequest) (ScheduleKeyDeletionResponse, error) {
	days := standardWindow
	if r.Window != nil {
		days = *r.Window
	}
	if days < minWindow || days > maxWindow {
		return ScheduleKeyDeletionResponse{}, shape.Invalid("PendingWindowInDays must be between %d and %d, inclusive.", minWindow, maxWindow)
	}
	var answer ScheduleKeyDeletionResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err == nil {
			err = s.notPending(k)
		}
		if err != nil {
			return err
		}
		if k.MultiRegion && k.Region == k.Primary && len(s.family(k)) > 1 {
			k.Waiting = days // which begin when the last replica is gone
		} else {
			k.DeleteAt = s.now().Add(time.Duration(days) * day)
		}
		s.putKey(k)
		s.arm(k)
		answer = ScheduleKeyDeletionResponse{s.keyARN(k), shape.Ref(k.DeleteAt), s.state(k), days}
		if k.Store != "" {
			c.Note("customKeyStoreId", k.Store)
			c.Note("clusterId", s.see(k.Region).stores[k.Store].Cluster)
			c.Note("backingKeys", k.Backing.list())
		}
		return nil
	})
	return answer, err
}

// list is the backing key as CloudTrail has it: JSON in a text.
func (b *backing) list() string {
	return fmt.Sprintf(`[{"keyHandle":"%d","backingKeyId":"%s"}]`, b.Handle, b.ID)
}

// deletionStatus is list with what became of the backing key: SUCCESS or FAILURE.
func (b *backing) deletionStatus(status string) string {
	return fmt.Sprintf(`[{"keyHandle":"%d","backingKeyId":"%s","deletionStatus":"%s"}]`, b.Handle, b.ID, status)
}
