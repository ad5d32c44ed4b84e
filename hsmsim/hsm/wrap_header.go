package hsm

import "encoding/binary"

// A wrapped key with header is an initial value of 8 bytes, the header, and the ciphertext. The original's header
// is not public; this one has the original's length of 267 bytes, which is known (guide, wrapKey): a mark, class,
// type, flags, the lengths of label and id, and both of these in 128 bytes each, or as many as they need.
const (
	headerMark      = 'K'
	headerFixed     = 11
	headerTextBytes = 128
)

// carriedFlags are the attributes that a wrapped key keeps. Where it was made, and that it was never out of an
// HSM, cannot be said of it any more; officers say anew whether it is trusted.
const carriedFlags = flagPrivate | flagSensitive | flagEncrypt | flagDecrypt | flagWrap | flagUnwrap | flagSign |
	flagVerify | flagDerive | flagExtractable | flagDestroyable | flagWrapWithTrusted

func (k *keyRecord) wrapHeader() []byte {
	b := []byte{headerMark, byte(k.Class), byte(k.Type)}
	b = binary.BigEndian.AppendUint32(b, uint32(k.Flags&carriedFlags))
	b = binary.BigEndian.AppendUint16(b, uint16(len(k.Label))) // at most maxKeyText
	b = binary.BigEndian.AppendUint16(b, uint16(len(k.ID)))
	for _, text := range []string{k.Label, k.ID} {
		field := make([]byte, max(headerTextBytes, len(text)))
		copy(field, text)
		b = append(b, field...)
	}
	return b
}

// readWrapHeader reads what WrapKey has put in front of a wrapped key, and gives the ciphertext behind it. Error:
// UnwrapFailed.
func readWrapHeader(data []byte) (k keyRecord, wrapped []byte, err error) {
	if len(data) < len(WrapIV)+headerFixed || data[len(WrapIV)] != headerMark {
		return k, nil, UnwrapFailed
	}
	head := data[len(WrapIV):]
	k.Class, k.Type = Class(head[1]), KeyType(head[2])
	k.Flags = flags(binary.BigEndian.Uint32(head[3:])) & carriedFlags
	lengths := []int{int(binary.BigEndian.Uint16(head[7:])), int(binary.BigEndian.Uint16(head[9:]))}
	rest := head[headerFixed:]
	for i, text := range []*string{&k.Label, &k.ID} {
		field := max(headerTextBytes, lengths[i])
		if len(rest) < field {
			return k, nil, UnwrapFailed
		}
		*text, rest = string(rest[:lengths[i]]), rest[field:]
		if !validKeyText(*text) {
			return k, nil, UnwrapFailed
		}
	}
	return k, rest, nil
}
