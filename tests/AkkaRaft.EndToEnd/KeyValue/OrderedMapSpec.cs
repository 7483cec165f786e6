using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The map under the key-value store, held against the framework's own.</summary>
public sealed class OrderedMapSpec
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_is_a_sorted_dictionary_and_its_views_never_change(int seed)
    {
        var random = new Random(seed);
        var map = new OrderedMap<int>();
        var model = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var views = new List<(OrderedMapView<int> View, KeyValuePair<string, int>[] Expected)>();
        for (var step = 0; step < 20_000; step++)
        {
            var key = random.Next(600).ToString();
            if (random.Next(3) == 0)
            {
                Assert.Equal(model.Remove(key), map.Remove(key));
            }
            else
            {
                model[key] = step;
                map.Set(key, step);
            }

            if (step % 997 == 0)
            {
                views.Add((map.View(), [.. model]));
            }
        }

        Assert.Equal(model.Count, map.Count);
        Assert.Equal(model, map.From(""));
        Assert.Equal(model.Where(pair => string.CompareOrdinal(pair.Key, "3") >= 0), map.From("3"));
        Assert.All(views, taken => Assert.Equal(taken.Expected, taken.View.From("")));
        Assert.All(model, pair => Assert.True(map.TryGetValue(pair.Key, out var value) && value == pair.Value));
        Assert.False(map.TryGetValue("none", out _));
    }

    [Fact]
    public void Keys_that_come_in_order_make_no_deep_tree()
    {
        var map = new OrderedMap<int>();
        for (var i = 0; i < 200_000; i++)
        {
            map.Set(i.ToString("d6"), i);
        }

        Assert.Equal(Enumerable.Range(0, 200_000), map.From("").Select(pair => pair.Value));
    }
}
