using AkkaRaft.KeyValue;
using Tree = AkkaRaft.KeyValue.CopyOnWriteTree<string, string, AkkaRaft.KeyValue.OrdinalOrder>;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The tree against a sorted map of the runtime's, and captures against what it was when they were taken.</summary>
public sealed class CopyOnWriteTreeSpec
{
    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 1_000)]
    [InlineData(3, 20_000)]
    public void Random_changes_give_what_a_sorted_dictionary_gives(int seed, int keys)
    {
        var random = new Random(seed);
        var tree = new Tree();
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var step = 0; step < 40_000; step++)
        {
            Change(random, keys, removes: step / 10_000 % 2 == 1 ? 7 : 3, tree, model);
        }

        AssertEqual(model, tree.Count, tree.From(""));
        foreach (var key in model.Keys.Concat(["", "absent", "~"]))
        {
            Assert.Equal(model.GetValueOrDefault(key), tree[key]);
        }

        var from = KeyOf(random.Next(keys));
        Assert.Equal(model.Where(pair => string.CompareOrdinal(pair.Key, from) >= 0), tree.From(from));
    }

    [Fact]
    public void A_tree_that_was_emptied_is_as_good_as_new()
    {
        var tree = new Tree();
        var keys = Enumerable.Range(0, 5_000).Select(KeyOf).ToArray();
        for (var round = 0; round < 3; round++)
        {
            foreach (var key in keys)
            {
                tree.Slot(key) = key;
            }

            new Random(round).Shuffle(keys);
            Assert.All(keys, key => Assert.Equal(key, tree.Remove(key)));
            Assert.Equal(0, tree.Count);
            Assert.Empty(tree.From(""));
            Assert.Null(tree.Remove("absent"));
        }
    }

    [Fact]
    public void A_capture_stays_what_it_was_while_the_tree_changes()
    {
        var random = new Random(4);
        var tree = new Tree();
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var captures = new List<(Tree.Captured Captured, SortedDictionary<string, string> Model)>();
        for (var step = 0; step < 30_000; step++)
        {
            if (step % 1_500 == 0)
            {
                captures.Add((tree.Capture(), new SortedDictionary<string, string>(model, StringComparer.Ordinal)));
            }

            Change(random, 3_000, removes: 4, tree, model);
        }

        Assert.All(captures, capture => AssertEqual(capture.Model, capture.Captured.Count, capture.Captured.From("")));
        AssertEqual(model, tree.Count, tree.From(""));
    }

    private static void Change(Random random, int keys, int removes, Tree tree, SortedDictionary<string, string> model)
    {
        var key = KeyOf(random.Next(keys));
        if (random.Next(10) < removes)
        {
            Assert.Equal(model.Remove(key, out var removed) ? removed : null, tree.Remove(key));
            return;
        }

        var value = random.Next().ToString();
        ref var slot = ref tree.Slot(key);
        Assert.Equal(model.GetValueOrDefault(key), slot);
        slot = value;
        model[key] = value;
    }

    private static void AssertEqual(SortedDictionary<string, string> model, int count, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        Assert.Equal(model.Count, count);
        Assert.Equal(model, pairs);
    }

    private static string KeyOf(int number) => $"key-{number:000000}";
}
