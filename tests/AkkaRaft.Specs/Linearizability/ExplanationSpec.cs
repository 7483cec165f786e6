using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Specs.Linearizability;

/// <summary>What a person is shown of a history that is not linearizable.</summary>
public class ExplanationSpec
{
    private readonly LinearizabilityResult<RegisterInput, RegisterOutput> _result = new RegisterHistory()
        .Write("writer", "1", 0, 10).Write("writer", "<2>", 20, 30).Write("lost", "3", 25, null).Read("reader", "1", 40, 50)
        .Check();

    [Fact]
    public void The_text_names_the_offending_operation_and_what_would_have_been_right()
    {
        var text = _result.Explain();

        Assert.Contains("Not linearizable (key 'x', 4 operations)", text);
        Assert.Contains("#4 reader: read x → 1 [0.040000, 0.050000], where '<2>' would have been right", text);
        Assert.Contains("#2 writer: write x = <2> → - [0.020000, 0.030000]", text);
    }

    [Fact]
    public void The_page_stands_alone_and_shows_every_operation()
    {
        var page = _result.ToHtml();

        Assert.StartsWith("<!DOCTYPE html>", page);
        Assert.EndsWith("</html>", page.TrimEnd());
        Assert.DoesNotContain("http", page);
        Assert.DoesNotContain("<script", page);
        Assert.Equal(4, page.Split("<rect ").Length - 1);
        Assert.Contains("write x = &lt;2&gt;", page);
        Assert.Contains("class=\"bad\"", page);
        Assert.Contains("class=\"open\"", page);
    }

    [Fact]
    public void A_good_history_needs_no_drawing()
    {
        var result = new RegisterHistory().Write("a", "1", 0, 10).Check();

        Assert.Equal("Linearizable.", result.Explain());
        Assert.DoesNotContain("<rect ", result.ToHtml());
    }
}
