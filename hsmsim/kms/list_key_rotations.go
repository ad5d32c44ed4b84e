package kms

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListKeyRotationsRequest asks for a page of a key's rotations, or of all its material.
type ListKeyRotationsRequest struct {
	KeyID   string             `json:"KeyId" required:"true" len:"1:2048"`
	Include IncludeKeyMaterial `json:"IncludeKeyMaterial"`
	Limit   *int               `json:"Limit" range:"1:1000"`
	Marker  string             `json:"Marker" len:"1:1024"`
}

// ListKeyRotationsResponse is a page of rotations.
type ListKeyRotationsResponse struct {
	Rotations  []RotationsListEntry `json:"Rotations"`
	NextMarker string               `json:"NextMarker,omitempty"`
	Truncated  bool                 `json:"Truncated"`
}

// RotationsListEntry is one material of a key. What it came with, other than by a rotation, has no date and type.
// Only imported material has an import state and what was said when it was imported.
type RotationsListEntry struct {
	KeyID           string          `json:"KeyId"`
	MaterialID      string          `json:"KeyMaterialId"`
	Description     string          `json:"KeyMaterialDescription,omitempty"`
	ImportState     string          `json:"ImportState,omitempty"` // IMPORTED or PENDING_IMPORT
	State           string          `json:"KeyMaterialState"`      // CURRENT, NON_CURRENT, or what is said of imported material that is not in use yet
	ExpirationModel ExpirationModel `json:"ExpirationModel,omitempty"`
	ValidTo         *shape.Time     `json:"ValidTo,omitempty"`
	Date            *shape.Time     `json:"RotationDate,omitempty"`
	Type            string          `json:"RotationType,omitempty"`
}

// ListKeyRotations lists a key's rotations, oldest first, 100 a page unless the request says otherwise.
func (s *Service) ListKeyRotations(_ context.Context, c *shape.Call, r ListKeyRotationsRequest) (ListKeyRotationsResponse, error) {
	var answer ListKeyRotationsResponse
	err := s.seeKey(c, r.KeyID, func(k *key) error {
		if err := s.rotating(k); err != nil && !s.rotatesImported(k) {
			return err
		}
		materials := k.Materials
		if k.Pending != nil {
			materials = append(slices.Clip(materials), *k.Pending)
		}
		var names []string // the materials' places, which sort as numbers
		for i := range materials {
			if r.Include == "ALL_KEY_MATERIAL" || materials[i].Source != "" {
				names = append(names, fmt.Sprintf("%08d", i))
			}
		}
		names, next, err := page(names, r.Limit, 100, r.Marker, "ListKeyRotations")
		if err != nil {
			return err
		}
		answer = ListKeyRotationsResponse{Rotations: make([]RotationsListEntry, len(names)), NextMarker: next, Truncated: next != ""}
		for i, name := range names {
			at, _ := strconv.Atoi(name) // made above, or cut from these
			m := &materials[at]
			e := RotationsListEntry{KeyID: k.ID, MaterialID: m.id(), State: "NON_CURRENT", Type: m.Source}
			switch at {
			case len(k.Materials):
				e.State = s.pendingState(k)
			case len(k.Materials) - 1:
				e.State = "CURRENT"
			}
			if k.Origin == OriginExternal {
				m.describe(&e)
			}
			if m.Source != "" {
				e.Date = shape.Ref(m.Made)
			}
			answer.Rotations[i] = e
		}
		return nil
	})
	return answer, err
}
