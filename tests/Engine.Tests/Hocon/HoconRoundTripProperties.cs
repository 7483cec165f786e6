using FsCheck;
using FsCheck.Fluent;
using Hocon.Parsing;
using AkkaFactory = Akka.Configuration.ConfigurationFactory;
using HoconFactory = Hocon.HoconConfigurationFactory;

namespace Engine.Tests.Configuration;

public class HoconRoundTripProperties
{
    private static readonly string[] Awkward =
    [
        "", " ", "\n", "\r\n", "\t", "\"", "\"\"\"", "\\", "\\u0041", "$", "${a}", "{", "}", "[", "]", ":", "=", ",", "+=", "#", "//", "/*",
        "`", "^", "?", "!", "@", "*", "&", ".", "null", "true", "off", "5 s", "128k", "0x1F", "-0", "1e9", "include", "a",
        "B", "é", "\u2028", "\u00A0", "\uFEFF", "\0", "\u001C", "\U0001F600", "'",
    ];

    private static readonly Gen<string> Texts = Few(Gen.Elements(Awkward)).Select(string.Concat);

    [Fact]
    public void Any_value_that_is_written_reads_back_as_it_was() => Prop
        .ForAll(Objects(4).ToArbitrary(), node =>
        {
            var text = HoconWriter.WriteRoot(node, 2);
            return AreSame(node, Resolver.Parse(text, new ParserOptions()).Root);
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_survives_the_way_from_a_file_through_both_readers() => Prop
        .ForAll(Texts.ToArbitrary(), Texts.Where(key => key.Length > 0).ToArbitrary(), (text, key) =>
        {
            var path = HoconText.Quote(key);
            var config = HoconFactory.ParseString($"{path}.{path} = {HoconText.Quote(text)}\nlist = [{HoconText.Quote(text)}, x]");

            var again = AkkaFactory.ParseString(config.ToString());
            var value = again.Root.GetObject()!.GetKey(key)!.GetObject()!.GetKey(key)!.GetString();
            return value == text
                && again.GetStringList("list")[0] == text
                && AkkaFactory.ParseString(again.ToString()).GetStringList("list")[0] == text;
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_path_reads_back_as_its_keys() => Prop
        .ForAll(Texts.NonEmptyListOf().ToArbitrary(), keys =>
        {
            var path = new Hocon.HoconPath(keys);
            return Hocon.HoconPath.Parse(path.Value).SequenceEqual(keys) && PathText.Split(PathText.Join(keys)).Length == keys.Count;
        })
        .QuickCheckThrowOnFailure();

    private static Gen<List<T>> Few<T>(Gen<T> items) => from count in Gen.Choose(0, 4) from few in items.ListOf(count) select few;

    private static Gen<HoconNode> Nodes(int depth)
    {
        var literals = Gen.OneOf(
            Texts.Select(text => (HoconNode)new LiteralNode(TextKind.Quoted, text)),
            Texts.Select(text => (HoconNode)new LiteralNode([new(TextKind.Quoted, text), new(TextKind.Unquoted, "x")])),
            Gen.Constant((HoconNode)new LiteralNode(TextKind.Unquoted, "null")));
        if (depth <= 0)
            return literals;
        var arrays = Few(Nodes(depth - 2)).Select(elements => (HoconNode)new ArrayNode(elements));
        return Gen.OneOf(literals, arrays, Objects(depth - 1).Select(o => (HoconNode)o));
    }

    private static Gen<ObjectNode> Objects(int depth) =>
        from keys in Few(Texts)
        from values in Nodes(depth - 1).ListOf(keys.Count)
        select keys.Zip(values).Aggregate(new ObjectNode(), (node, member) =>
        {
            node.Set(member.First, member.Second);
            return node;
        });

    private static bool AreSame(HoconNode one, HoconNode other) => (one, other) switch
    {
        (ObjectNode a, ObjectNode b) => a.Members.Keys.SequenceEqual(b.Members.Keys)
            && a.Members.All(m => AreSame(m.Value, b.Members[m.Key])),
        (ArrayNode a, ArrayNode b) => a.Elements.Count == b.Elements.Count
            && a.Elements.Zip(b.Elements).All(p => AreSame(p.First, p.Second)),
        (LiteralNode a, LiteralNode b) => a.IsNull == b.IsNull && a.Text == b.Text,
        _ => false,
    };
}
