using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The store against the plainest one there is, on thousands of drawn commands.</summary>
public sealed class StoreModelSpec
{
    [Fact]
    public void The_store_answers_holds_and_tells_what_its_model_does()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (store, model) = (new KeyValueStore(), new StoreModel());
            foreach (var step in new StoreScript(seed).Next(1_000))
            {
                Assert.Equal(step.RunOn(model), step.RunOn(store));
            }

            Assert.Equal(model.Entries, List(store));
            Assert.Equal(model.Events, Watch(store, "", limit: 7));
            Assert.Equal(
                model.Events.Where(happened => happened.Key.StartsWith("key1", StringComparison.Ordinal)),
                Watch(store, "key1", limit: 1_000));
        }
    }

    [Fact]
    public void Stores_with_one_history_have_one_digest_and_any_command_changes_it()
    {
        var (one, other) = (new KeyValueStore(), new KeyValueStore());
        var digests = new HashSet<string>();
        foreach (var step in new StoreScript(99).Next(2_000))
        {
            step.RunOn(one);
            step.RunOn(other);
            Assert.Equal(one.Digest, other.Digest);
            Assert.True(digests.Add(one.Digest), $"The digest of {step} was seen before.");
        }
    }

    private static List<KeyEntry> List(KeyValueStore store)
    {
        var found = new List<KeyEntry>();
        for (var after = ""; ;)
        {
            var page = Assert.IsType<KeysListed>(store.Query(new ListKeys(after, 13)));
            found.AddRange(page.Items);
            if (!page.More)
            {
                return found;
            }

            after = page.Items[^1].Key;
        }
    }

    private static List<KeyEvent> Watch(KeyValueStore store, string prefix, int limit)
    {
        var found = new List<KeyEvent>();
        var question = new WatchKeys(prefix, 1, 0, limit);
        while (store.Query(question) is KeysWatched watched)
        {
            Assert.Equal(0, watched.CompactedRevision);
            found.AddRange(watched.Events);
            question = question with { FromRevision = watched.NextRevision, Skip = watched.NextSkip };
        }

        return found;
    }
}
