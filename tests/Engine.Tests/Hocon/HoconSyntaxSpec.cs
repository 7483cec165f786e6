using Hocon;

namespace Engine.Tests.Configuration;

public class HoconSyntaxSpec
{
    [Theory]
    [InlineData("a { b : 1 }")]
    [InlineData("{ \"a\" : { \"b\" : 1 } }")]
    [InlineData("a.b=1")]
    [InlineData("a\n{\n  b\n  = 1\n}")]
    [InlineData("a { b = 1, }")]
    [InlineData("a : { b : 2 }, a.b : 1,")]
    [InlineData("# first\na { // second\n b = 1 # third\n}\n// fourth")]
    [InlineData("\uFEFFa.b = 1\r\n")]
    [InlineData("a = x\na = { b = 1 }")]
    [InlineData("a { c = 2 } \n a { b = 1 }")]
    [InlineData("\"a\".b = 1")]
    [InlineData("a . b = 1")]
    public void The_same_may_be_written_in_many_ways(string text) => Assert.Equal(1, HoconParser.Parse(text).GetInt("a.b"));

    [Theory]
    [InlineData("hello world", "hello world")]
    [InlineData("  \t a  b \t ", "a  b")]
    [InlineData("\"a b \" c", "a b  c")]
    [InlineData("a\"b\"c", "abc")]
    [InlineData("\"tab\\t quote\\\" back\\\\ line\\n \\u0041 \\/\"", "tab\t quote\" back\\ line\n A /")]
    [InlineData("\"\"\"C:\\dir \"quoted\" \n next\"\"\"", "C:\\dir \"quoted\" \n next")]
    [InlineData("\"\"\"ends in a quote\"\"\"\"", "ends in a quote\"")]
    [InlineData("\"\"", "")]
    [InlineData("\"// no comment # either\"", "// no comment # either")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("1e+5", "1e+5")]
    [InlineData("\"null\"", "null")]
    [InlineData("include \"not\"", null)]
    [InlineData("include required file(not valid)", "include required file(not valid)")]
    public void A_text_is_what_stands_between_its_blanks_or_quotes(string value, string? expected)
    {
        var root = HoconParser.Parse($"a = {value}\nb = 2", (_, _) => Task.FromResult("x = 1"));

        Assert.Equal(expected, root.GetString("a"));
        Assert.Equal("2", root.GetString("b"));
    }

    [Theory]
    [InlineData("[1, 2, 3]", new[] { 1, 2, 3 })]
    [InlineData("[1\n2\n\n3\n]", new[] { 1, 2, 3 })]
    [InlineData("[ 1, # one\n 2 // two\n , 3, ]", new[] { 1, 2, 3 })]
    [InlineData("[1] [2] [3]", new[] { 1, 2, 3 })]
    [InlineData("[]", new int[0])]
    [InlineData("{ 2 : 3, 0 : 1, x : 9, 1 : 2 }", new[] { 1, 2, 3 })]
    public void An_array_has_its_elements_between_commas_or_lines(string value, int[] expected) =>
        Assert.Equal(expected, HoconParser.Parse($"a = {value}").GetIntList("a"));

    [Fact]
    public void What_comes_later_wins_save_that_objects_merge()
    {
        var root = HoconParser.Parse("a = { x = 1, y { p = 1 } }\n a = { y { q = 2 }, z = 3 }\n b { c = 1 }\n b = null\n b { d = 2 }");

        Assert.Equal("x : 1\ny {\n  p : 1\n  q : 2\n}\nz : 3", root.GetObject("a").ToString());
        Assert.Equal("d : 2", root.GetObject("b").ToString());
    }

    [Theory]
    [InlineData("a = 1\nb = }", 2, 5, "found '}', expected a value")]
    [InlineData("a = {\n  b = 1\n", 3, 1, "found the end of the text, expected '}'")]
    [InlineData("a = 1 }", 1, 7, "found '}', expected a new line, ',' or '}'")]
    [InlineData("{ a = 1 } b", 1, 11, "found 'b', expected the end of the text")]
    [InlineData("a : [1, 2", 1, 10, "found the end of the text, expected ']'")]
    [InlineData("a { b : [1, 2 }", 1, 15, "found '}', expected a new line, ',' or ']'")]
    [InlineData("a = \"open\nb = 1", 1, 5, "the quoted text that begins here is not closed in its line, expected \"")]
    [InlineData("a = \"\"\"open", 1, 5, "the text in triple quotes that begins here has no end, expected \"\"\"")]
    [InlineData("a = \"\\q\"", 1, 6, @"found the escape \q, expected one of \"" \\ \/ \b \f \n \r \t or \u and four hexadecimal digits")]
    [InlineData("a = http://host", 1, 9, "found ':', expected a value (this character needs quotes)")]
    [InlineData("a = x@y", 1, 6, "found '@', expected a value (this character needs quotes)")]
    [InlineData("a b", 1, 4, "found the end of the text, expected ':', '=', '+=' or '{' after the key \"a b\"")]
    [InlineData("a..b = 1", 1, 3, "found '.', expected a key after '.'")]
    [InlineData(".a = 1", 1, 1, "found '.', expected a key")]
    [InlineData("= 1", 1, 1, "found '=', expected a key")]
    [InlineData("a = [,1]", 1, 6, "found ',', expected a value")]
    [InlineData("a = [1,,2]", 1, 8, "found ',', expected a value")]
    [InlineData("{,a : 1}", 1, 2, "found ',', expected a key")]
    [InlineData("{a : 1,,}", 1, 8, "found ',', expected a key")]
    [InlineData("a = $ {b}", 1, 6, "found ' ', expected '{' after '$'")]
    [InlineData("a = ${ ?b}", 1, 8, "found '?', expected the path of a value")]
    [InlineData("a = ${b", 1, 8, "found the end of the text, expected '}' after the path of a substitution")]
    [InlineData("a = [1] x", 1, 9, "found a text behind an array, expected an array")]
    [InlineData("a = { b = 1 } [2]", 1, 15, "found an array behind an object, expected an object")]
    [InlineData("a = [{ b = 1 }, x]", 1, 17, "found a text in an array that begins with an object, expected an object")]
    [InlineData("include \"f\"", 1, 1, "\"f\" is to be included, but this text cannot include anything")]
    [InlineData("", 1, 1, "the text is empty, expected an object")]
    public void An_error_names_the_place_what_was_found_and_what_was_expected(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<HoconParserException>(() => HoconParser.Parse(text));

        Assert.Equal($"line {line}, column {column}: {problem}", error.Message);
        if (text.Length > 0)
            Assert.Equal((line, column), (error.LineNumber, error.LinePosition));
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        string[] texts =
        [
            "a = " + new string('[', 100_000),
            string.Concat(Enumerable.Repeat("a {", 100_000)),
            string.Concat(Enumerable.Repeat("a.", 100_000)) + "a = 1",
        ];

        foreach (var text in texts)
        {
            var error = Assert.Throws<HoconParserException>(() => HoconParser.Parse(text));
            Assert.Contains("nested more than 100 deep", error.Message, StringComparison.Ordinal);
        }
    }
}
