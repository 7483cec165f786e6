namespace AkkaRaft.Node.Configuration;

/// <summary>How many slips of the pen lie between two words.</summary>
internal static class EditDistance
{
    /// <summary>Insertions, deletions, replacements, and swaps of neighbours, each counted once (optimal string alignment).</summary>
    public static int Between(string one, string other)
    {
        var costs = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
                costs[i, j] = i == 0 ? j : j == 0 ? i : Cheapest(i, j);
        }

        return costs[one.Length, other.Length];

        int Cheapest(int i, int j)
        {
            var replaced = costs[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
            var cost = Math.Min(replaced, 1 + Math.Min(costs[i - 1, j], costs[i, j - 1]));
            return i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]
                ? Math.Min(cost, costs[i - 2, j - 2] + 1)
                : cost;
        }
    }
}
