package store

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// schemaVersion is the version of the files that this package writes and the newest that it reads.
const schemaVersion = 1

// The schema bucket says what a file is. Its version is in the clear, so that a file of a newer hsmlab
// is told from a damaged one; its proof is an empty message sealed for that version, which only the key
// of the file opens.
var (
	schemaBucket = []byte("schema")
	versionKey   = []byte("version")
	proofKey     = []byte("proof")
)

// readSchema checks that a file is one of ours, that this program can read it and that the key fits.
// It reports a file that nothing was stored in yet as fresh.
func readSchema(tx *bolt.Tx, s sealer) (fresh bool, err error) {
	schema := tx.Bucket(schemaBucket)
	if schema == nil {
		if first, _ := tx.Cursor().First(); first == nil {
			return true, nil
		}
		return false, fmt.Errorf("it is not a file of hsmlab")
	}
	v := schema.Get(versionKey)
	if len(v) != 8 {
		return false, fmt.Errorf("%w: record %s of bucket %s is missing", ErrDamaged, versionKey, schemaBucket)
	}
	version := binary.BigEndian.Uint64(v)
	if version > schemaVersion {
		return false, fmt.Errorf("it has version %d, and this hsmlab reads up to version %d", version, schemaVersion)
	}
	if _, err := s.aead.Open(nil, nil, schema.Get(proofKey), proofLabel(version)); err != nil {
		return false, fmt.Errorf("%w or has another key: record %s of bucket %s cannot be decrypted", ErrDamaged, proofKey, schemaBucket)
	}
	return false, nil
}

func writeSchema(tx *bolt.Tx, s sealer) error {
	schema, err := tx.CreateBucket(schemaBucket)
	if err != nil {
		return err
	}
	if err := schema.Put(versionKey, recordKey(schemaVersion)); err != nil {
		return err
	}
	return schema.Put(proofKey, s.aead.Seal(nil, nil, nil, proofLabel(schemaVersion)))
}

func proofLabel(version uint64) []byte {
	return fmt.Appendf(nil, "hsmlab store version %d", version)
}
