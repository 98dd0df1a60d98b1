namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>What an attack finds that takes a row for one that was learnt from, the nearer its closest synthetic row is.</summary>
internal static class MembershipAttack
{
    /// <summary>The share of strangers that it may take for members.</summary>
    public const double FalsePositives = 0.01;

    /// <summary>Of fewer held-out rows at most six are outlying, and even all six never count.</summary>
    public const int FewestRowsForOutlying = 61;

    /// <summary>How often chance may pass for more in the outlying tenth: it is so small, and rows of it that lie together are found
    /// together, that chance takes it farther than that of single rows does.</summary>
    public const double LevelOfOutlying = 0.0005;

    private const int OutlyingPart = 10;

    /// <summary>Whether the attack finds more than chance does. Where nothing was learnt, each of the nearest rows is a member or a
    /// stranger by chance, and it is by chance that so few of the first ones are strangers: of few strangers none may be mistaken, and
    /// many members can lie nearer than the first of them.</summary>
    /// <param name="share">The share of the members that it finds.</param>
    /// <param name="members">How many members there are.</param>
    /// <param name="strangers">How many strangers there are.</param>
    /// <param name="level">How often chance may pass for more.</param>
    public static bool IsBeyondChance(double share, int members, int strangers, double level = Chance.Level)
    {
        int found = (int)((share * members) + 1e-6), mistaken = (int)(FalsePositives * strangers);
        return Chance.OfAtMost(mistaken, members + strangers, strangers, found + mistaken) < level;
    }

    /// <summary>The share of members that are nearer than the nearest hundredth of the strangers. Between two steps of the curve that ties
    /// and few rows leave, it is on the line.</summary>
    /// <param name="members">Distance of each row that was learnt from to its closest synthetic row.</param>
    /// <param name="strangers">The same of rows that were not.</param>
    public static double TruePositives(double[] members, double[] strangers)
    {
        double[] own = [.. members.Order()], others = [.. strangers.Order()];
        double wanted = FalsePositives * others.Length;
        int found = 0, mistaken = 0;
        while (true)
        {
            // The next distance at which there is a row, and all rows at it.
            double next = Math.Min(found < own.Length ? own[found] : double.PositiveInfinity, others[mistaken]);
            int ownHere = 0, othersHere = 0;
            while (found + ownHere < own.Length && own[found + ownHere] <= next)
                ownHere++;
            while (mistaken + othersHere < others.Length && others[mistaken + othersHere] <= next)
                othersHere++;
            if (mistaken + othersHere > wanted)
                return (found + (ownHere * (wanted - mistaken) / othersHere)) / own.Length;
            found += ownHere;
            mistaken += othersHere;
        }
    }

    /// <summary>The distances of the tenth of the rows that lie farthest from others.</summary>
    /// <param name="distances">Distance of each row to its closest synthetic row.</param>
    /// <param name="toOthers">Distance of each row to its closest row of the other real table.</param>
    public static double[] Outlying(double[] distances, double[] toOthers) =>
        [.. Enumerable.Range(0, distances.Length).OrderByDescending(row => toOthers[row])
            .Take(OutlyingOf(distances.Length)).Select(row => distances[row])];

    /// <summary>How many rows the outlying tenth of so many has.</summary>
    public static int OutlyingOf(int rows) => (rows + OutlyingPart - 1) / OutlyingPart;
}
