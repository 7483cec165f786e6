using System.Text;
using Akka.Configuration;
using Hocon;

namespace Engine.Tests.Configuration;

/// <summary>Whatever bytes a configuration file has, reading it either succeeds or tells a place in it.</summary>
public class HoconFuzzSpec
{
    private const string Seed =
        """"
        include "x"
        a { b = ${c.d} [1, 2], "q.k" : """t""" # c
         e += ${?f}, g = 5 s "\u0041" }
        c.d = [3] // x
        h = ${a} { i = {} }
        """";

    [Fact]
    public void Random_bytes() => Run(random =>
    {
        var bytes = new byte[random.Next(1, 200)];
        random.NextBytes(bytes);
        return Encoding.UTF8.GetString(bytes);
    });

    [Fact]
    public void Random_pieces_of_the_language() => Run(random =>
    {
        string[] pieces =
        [
            "{", "}", "[", "]", "\"", "\"\"\"", "${", "${?", "}", "=", ":", "+=", ",", ".", "a", "b", "a.b", "include ", "\"a\"",
            "required(", "file(", ")", "\n", " ", "#", "//", "null", "1", "\\", "a = 1\n", "b = ${a}\n", "a = ${?b}\n", "a { b = ${a} }\n",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
    });

    [Fact]
    public void A_good_text_with_damage() => Run(random =>
    {
        var text = new StringBuilder(Seed);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(text.Length);
            if (random.Next(2) == 0)
                text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
            else
                text.Insert(at, "{}[]\"$?.,:=+#/\\\n\0 a"[random.Next(19)]);
        }

        return text.ToString();
    });

    private static void Run(Func<Random, string> makeText)
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var text = makeText(new Random(seed));
            try
            {
                HoconParser.Parse(text, (_, name) => Task.FromResult(name == "x" ? "y = ${?z}" : text));
            }
            catch (HoconParserException e)
            {
                Assert.True(e.Message.Contains("line ", StringComparison.Ordinal), $"seed {seed}: {e.Message}");
            }

            try
            {
                ConfigurationFactory.ParseString(text);
            }
            catch (Akka.Configuration.ConfigurationException e)
            {
                Assert.True(e.Message.StartsWith("line ", StringComparison.Ordinal), $"seed {seed}: {e.Message}");
            }
        }
    }
}
