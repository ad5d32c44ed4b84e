package kms

import "testing"

// TestPrimaryMoves has automatic rotation go on with the new primary key, whose replica was the primary one.
func TestPrimaryMoves(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.create(t, CreateKeyRequest{MultiRegion: true}).KeyID
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		_, err := w.ReplicateKey(ctx, call(), ReplicateKeyRequest{KeyID: id, Region: region})
		must(t, err)
	}
	_, err := w.EnableKeyRotation(ctx, call(), EnableKeyRotationRequest{KeyID: id, Days: new(100)})
	must(t, err)
	must(t, w.clock.Advance(50*day))
	_, err = w.UpdatePrimaryRegion(ctx, call(), UpdatePrimaryRegionRequest{id, "eu-west-1"})
	must(t, err)
	_, err = w.EnableKeyRotation(ctx, call(), EnableKeyRotationRequest{KeyID: id})
	if !isException(err, unsupported) {
		t.Errorf("rotation of a replica: %v", err)
	}
	must(t, w.clock.Advance(50*day))
	for _, region := range []string{"us-west-2", "eu-west-1", "us-east-1"} {
		status, err := w.GetKeyRotationStatus(ctx, in(region), KeyRequest{id})
		must(t, err)
		if !status.Enabled || !status.Next.Equal(moment.Add(200*day)) {
			t.Errorf("in %s: %+v", region, status)
		}
		list, err := w.ListKeyRotations(ctx, in(region), ListKeyRotationsRequest{KeyID: id})
		must(t, err)
		if len(list.Rotations) != 1 || !list.Rotations[0].Date.Equal(moment.Add(100*day)) {
			t.Errorf("in %s: %d rotations", region, len(list.Rotations))
		}
		d, err := w.DescribeKey(ctx, in(region), DescribeKeyRequest{KeyID: id})
		must(t, err)
		m := d.KeyMetadata.MultiRegionConfiguration
		if m.PrimaryKey.Region != "eu-west-1" || len(m.ReplicaKeys) != 2 || m.ReplicaKeys[0].Region != "us-east-1" || m.ReplicaKeys[1].Region != "us-west-2" {
			t.Errorf("in %s: %+v", region, m)
		}
	}
}
