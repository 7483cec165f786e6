using System.Globalization;
using System.Text;
using AkkaRaft.Core;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Commands;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>Values are bytes, and those that are text are what they were when all values were text.</summary>
public sealed class ValueBytesSpec
{
    private static readonly byte[] NoText = [0xff, 0xfe];

    [Fact]
    public void Bytes_that_are_no_text_are_kept_and_never_read_as_text()
    {
        var store = new KeyValueStore();
        store.Apply(new LogIndex(1), new SetKey("k", NoText));

        var read = Assert.IsType<KeyRead>(store.Query(new GetKey("k")));
        Assert.Equal(NoText, read.Value.ToArray());
        Assert.Contains("2 bytes are no UTF-8", Assert.Throws<ValueNotTextException>(() => read.Value.Text).Message);
        Assert.False(read.Value.TryGetText(out _));
        Assert.Equal("base64 //4=", read.Value.ToString());
    }

    [Fact]
    public void Values_are_compared_by_their_bytes()
    {
        var store = new KeyValueStore();
        store.Apply(new LogIndex(1), new SetKey("k", NoText));

        // Both are U+FFFD twice to who takes them for text.
        ValueBytes similar = new byte[] { 0xfe, 0xff };
        Assert.False(Assert.IsType<KeyCompared>(store.Apply(new LogIndex(2), new CompareAndSetKey("k", similar, "v"))).Succeeded);
        Assert.False(Assert.IsType<KeyCompared>(store.Apply(new LogIndex(3), new CompareAndSetKey("k", "\ufffd\ufffd", "v"))).Succeeded);
        Assert.True(Assert.IsType<KeyCompared>(store.Apply(new LogIndex(4), new CompareAndSetKey("k", NoText, "v"))).Succeeded);
        Assert.NotEqual(new StateHash().Add(similar).Result, new StateHash().Add((ValueBytes)NoText).Result);
    }

    [Fact]
    public void A_state_of_text_has_the_hash_that_it_had_when_all_values_were_text()
    {
        var random = new Random(7);
        string[] parts = ["a", "\u00e4", "\u20ac", "\ud83d\ude00", "word and word", "\0"];
        for (var length = 0; length < 1_500; length += random.Next(1, 40))
        {
            var text = new StringBuilder();
            while (text.Length < length)
            {
                text.Append(parts[random.Next(parts.Length)]);
            }

            Assert.Equal(new StateHash().Add($"{text}").Result, new StateHash().Add((ValueBytes)$"{text}").Result);
        }
    }

    [Fact]
    public void A_snapshot_of_text_is_the_one_that_programs_wrote_that_took_all_values_for_text()
    {
        var store = new KeyValueStore();
        store.Apply(new LogIndex(5), new SetKey("k", "v\u00e4lue"));
        using var capture = store.Capture();
        using var written = new MemoryStream();
        capture.WriteTo(written);

        using var expected = new MemoryStream();
        using var writer = new BinaryWriter(expected);
        writer.Write((byte)2);
        WriteNumbers(writer, 5, 0, 0, 0, 1);
        WriteItem(writer);
        WriteNumbers(writer, 0, 0, 1);
        writer.Write((byte)1);
        WriteItem(writer);
        var digest = UInt128.Parse(store.Digest, NumberStyles.HexNumber);
        writer.Write((ulong)(digest & ulong.MaxValue));
        writer.Write((ulong)(digest >> 64));
        Assert.Equal(expected.ToArray(), written.ToArray());

        store.Apply(new LogIndex(6), new SetKey("k", NoText));
        using var further = store.Capture();
        written.SetLength(0);
        further.WriteTo(written);
        Assert.Equal(3, written.ToArray()[0]);

        static void WriteItem(BinaryWriter writer)
        {
            writer.Write("k");
            writer.Write("v\u00e4lue");
            WriteNumbers(writer, 5, 5, 1, 0);
        }
    }

    [Fact]
    public void An_argument_in_which_bytes_were_replaced_is_refused()
    {
        byte[] raw = [.. "akkaraft\0bad "u8, 0xff, 0];
        Assert.Null(RawArguments.WhyNotText(["plain", "\u00e4\ud83d\ude00", ""], () => raw, isUtf16: false));
        Assert.Contains("Argument 1", RawArguments.WhyNotText(["half \ud83d"], () => raw, isUtf16: true));
        Assert.Contains("Argument 2", RawArguments.WhyNotText(["set", "bad \ufffd"], () => raw, isUtf16: false));
    }

    [Fact]
    public void The_replacement_character_itself_may_be_an_argument()
    {
        Assert.Null(RawArguments.WhyNotText(["\ufffd"], () => "akkaraft\0\ufffd\0"u8.ToArray(), isUtf16: false));
        Assert.Null(RawArguments.WhyNotText(["\ufffd"], () => null, isUtf16: true));
        Assert.Contains("Argument 2", RawArguments.WhyNotText(["set", "\ufffd"], () => null, isUtf16: false));
    }

    private static void WriteNumbers(BinaryWriter writer, params long[] numbers)
    {
        foreach (var number in numbers)
        {
            writer.Write7BitEncodedInt64(number);
        }
    }
}
