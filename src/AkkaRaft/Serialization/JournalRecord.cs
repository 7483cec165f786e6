using System.Buffers.Binary;
using System.Runtime.Serialization;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>
/// A record as it lies in the journal: the message, and behind it the CRC-32C of its bytes (four bytes, little-endian). Few databases
/// notice a flipped bit within a value, and a server must not vote or lead on a log that it misremembers.
/// </summary>
internal static class JournalRecord
{
    private const int ChecksumBytes = sizeof(uint);

    public static byte[] Seal(IMessage message)
    {
        var sizeBytes = message.CalculateSize();
        var record = new byte[sizeBytes + ChecksumBytes];
        message.WriteTo(record.AsSpan(0, sizeBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeBytes), Crc32C.Of(record.AsSpan(0, sizeBytes)));
        return record;
    }

    /// <summary>Gives the message's bytes back.</summary>
    /// <exception cref="SerializationException">The record is not what was written.</exception>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> record, string manifest)
    {
        if (record.Length >= ChecksumBytes)
        {
            var message = record[..^ChecksumBytes];
            if (BinaryPrimitives.ReadUInt32LittleEndian(record[^ChecksumBytes..]) == Crc32C.Of(message))
            {
                return message;
            }
        }

        throw new SerializationException(
            $"A record of {record.Length} bytes with the manifest '{manifest}' is damaged: its checksum is not that of its bytes.");
    }
}
