using System.Collections.Immutable;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Specs.Linearizability;

/// <summary>A model that a user writes: here a queue, whose state is a list and so needs an equality by value.</summary>
public class OwnModelSpec
{
    private readonly History<string, string?> _history = new();

    [Fact]
    public void First_in_is_first_out()
    {
        Ask("put 1", null, 0, 10);
        Ask("put 2", null, 5, 15);
        Ask("take", "2", 20, 30);
        Ask("take", "1", 20, 30);

        Assert.True(LinearizabilityChecker.Check(new QueueModel(), _history.Operations).IsLinearizable);
    }

    [Fact]
    public void An_element_taken_twice_is_found()
    {
        Ask("put 1", null, 0, 10);
        Ask("take", "1", 20, 30);
        Ask("take", "1", 25, 35);

        Assert.Equal(Verdict.NotLinearizable, LinearizabilityChecker.Check(new QueueModel(), _history.Operations).Verdict);
    }

    private void Ask(string input, string? output, int from, int to) =>
        _history.Return(_history.Call("client", input, TimeSpan.FromMilliseconds(from)), output, TimeSpan.FromMilliseconds(to));

    private sealed class QueueModel : IModel<string, string, string?>
    {
        public string InitialState => "";

        public (string State, string? Output) Apply(string state, string input)
        {
            var elements = state.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToImmutableList();
            return input.StartsWith("put ", StringComparison.Ordinal)
                ? (string.Join(' ', elements.Add(input[4..])), null)
                : (string.Join(' ', elements.Skip(1)), elements.FirstOrDefault());
        }
    }
}
