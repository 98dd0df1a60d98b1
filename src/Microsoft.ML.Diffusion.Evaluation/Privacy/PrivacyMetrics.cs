using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Evaluation.Utility;
using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>Measures whether synthetic rows give the rows away that they were learnt from.</summary>
public static class PrivacyMetrics
{
    /// <summary>Rows of each table that distances are taken between at most; fewer in wide tables, see <see cref="Measure"/>.</summary>
    public const int MostRows = 20_000;

    /// <summary>Within this distance a row is a near copy: all categories equal, and numbers that differ by a hundredth of their range
    /// altogether.</summary>
    public const double NearCopyDistance = 0.01;

    // Pairs of rows times columns: some ten seconds of one core for each of the four searches.
    private const double MostWork = 2e10;
    private const int Bins = 40;

    /// <summary>Measures synthetic rows.</summary>
    /// <param name="real">The rows that the synthetic ones were learnt from.</param>
    /// <param name="heldOut">Rows of the same origin that they were not learnt from.</param>
    /// <param name="synthetic">The synthetic rows. All three have the same columns with the same categories.</param>
    /// <param name="seed">Decides which rows are looked at where a table has more than <see cref="MostRows"/>, or than the root of 2e10
    /// / columns
    /// if that is less; exact copies are looked for among all rows.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <returns>The figures; as many real as held-out rows were looked at.</returns>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="InvalidDataException">A table has no rows, or a number is infinite.</exception>
    public static PrivacyResult Measure(Table real, Table heldOut, Table synthetic, ulong seed = 0, CancellationToken cancel = default) =>
        MeasureBeside(real, heldOut, synthetic, [], seed, cancel);

    /// <param name="real">The rows that the synthetic ones were learnt from.</param>
    /// <param name="heldOut">Rows that they were not learnt from.</param>
    /// <param name="synthetic">The synthetic rows.</param>
    /// <param name="yardsticks">Rows that others made of the same real rows, by name.</param>
    /// <param name="seed">Decides which rows are looked at.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    internal static PrivacyResult MeasureBeside(
        Table real, Table heldOut, Table synthetic, (string Name, Table Rows)[] yardsticks, ulong seed, CancellationToken cancel)
    {
        ComparedTables.Require(real, heldOut);
        ComparedTables.Require(real, synthetic);
        int width = real.Columns.Count;
        int most = (int)Math.Clamp(Math.Sqrt(MostWork / width), 1, MostRows);
        int references = Math.Min(most, Math.Min(real.RowCount, heldOut.RowCount));
        (double[] minimum, double[] scale) = Scale(real);
        Philox random = new(seed, 0x5072_6976);
        RowBlocks Take(Table table, int rows, ulong stream) =>
            ClosestRows.Scaled(table, RowSample.Of(table.RowCount, rows, random.Fork(stream)), minimum, scale);
        RowBlocks a = Take(real, references, 0), b = Take(heldOut, references, 1), made = Take(synthetic, Math.Min(most, synthetic.RowCount), 2);
        bool[] isNumeric = [.. real.Columns.Select(column => column.Kind == ColumnKind.Numeric)];

        (double[] toReal, double[] toReal2, int[] closestReal) = ClosestRows.Find(made, a, isNumeric, cancel);
        (double[] toHeldOut, _, int[] closestHeldOut) = ClosestRows.Find(made, b, isNumeric, cancel);
        (double[] heldOutToReal, double[] heldOutToReal2, _) = ClosestRows.Find(b, a, isNumeric, cancel);
        (double[] members, _, _) = ClosestRows.Find(a, made, isNumeric, cancel);
        (double[] strangers, _, _) = ClosestRows.Find(b, made, isNumeric, cancel);
        (double[] realToHeldOut, _, _) = ClosestRows.Find(a, b, isNumeric, cancel);

        double nearer = toReal.Zip(toHeldOut, (x, y) => x < y ? 1 : x == y ? 0.5 : 0).Average();
        var known = new CopiedRows(real);
        int copies = known.CountIn(synthetic), heldOutCopies = known.CountIn(heldOut);
        double auc = AucOf(members, strangers), found = MembershipAttack.TruePositives(members, strangers);
        double outlying = MembershipAttack.TruePositives(
            MembershipAttack.Outlying(members, realToHeldOut), MembershipAttack.Outlying(strangers, heldOutToReal));
        int outlyingRows = MembershipAttack.OutlyingOf(references);
        return new(
            made.RowCount,
            references,
            Quantiles.Summary(toReal),
            Quantiles.Summary(toHeldOut),
            Quantiles.Summary(heldOutToReal),
            nearer,
            Quantiles.Summary(Ratios(toReal, toReal2)),
            Quantiles.Summary(Ratios(heldOutToReal, heldOutToReal2)),
            copies / (double)synthetic.RowCount,
            heldOutCopies / (double)heldOut.RowCount,
            toReal.Count(distance => distance <= NearCopyDistance) / (double)toReal.Length,
            heldOutToReal.Count(distance => distance <= NearCopyDistance) / (double)heldOutToReal.Length,
            NearCopyDistance,
            auc,
            found,
            outlying,
            HistogramOf(toReal, toHeldOut, heldOutToReal))
        {
            Yardsticks = [.. yardsticks.Select(other => Attack(other.Name, Take(other.Rows, Math.Min(most, other.Rows.RowCount), 2)))],
            BeyondChance = new(
                MembershipAttack.IsBeyondChance(found, references, references),
                MembershipAttack.IsBeyondChance(outlying, outlyingRows, outlyingRows, MembershipAttack.LevelOfOutlying),
                BeyondChance.OfAuc(auc, references, references),
                BeyondChance.OfNearer(toReal, closestReal, toHeldOut, closestHeldOut),
                // Real rows that repeat each other say as much of natural copies as held-out rows do.
                Chance.IsExceededBy(
                    copies, synthetic.RowCount, heldOutCopies + known.Repeated, heldOut.RowCount + real.RowCount)),
        };

        MembershipYardstick Attack(string name, RowBlocks rows)
        {
            (double[] own, _, _) = ClosestRows.Find(a, rows, isNumeric, cancel);
            (double[] others, _, _) = ClosestRows.Find(b, rows, isNumeric, cancel);
            return new(name, AucOf(own, others), MembershipAttack.TruePositives(own, others), MembershipAttack.TruePositives(
                MembershipAttack.Outlying(own, realToHeldOut), MembershipAttack.Outlying(others, heldOutToReal)));
        }
    }

    private static double AucOf(double[] members, double[] strangers) => RankAuc.Of(
        [.. members.Concat(strangers).Select(distance => -distance)], [.. members.Select(_ => true), .. strangers.Select(_ => false)]);

    private static (double[] Minimum, double[] Scale) Scale(Table real)
    {
        ColumnCells[] columns = ColumnCells.Of(real);
        bool HasRange(ColumnCells cells) => cells.IsNumeric && !cells.IsConstant;
        return (
            [.. columns.Select(cells => cells.IsNumeric && cells.Sorted.Length > 0 ? cells.Sorted[0] : 0)],
            [.. columns.Select(cells => HasRange(cells) ? 1 / (cells.Sorted[^1] - cells.Sorted[0]) : 1)]);
    }

    private static double[] Ratios(double[] first, double[] second) =>
        [.. first.Zip(second, (x, y) => y > 0 && double.IsFinite(y) ? x / y : 1)];

    private static DistanceHistogram HistogramOf(double[] toReal, double[] toHeldOut, double[] heldOutToReal)
    {
        double[][] sorted = [[.. toReal.Order()], [.. toHeldOut.Order()], [.. heldOutToReal.Order()]];
        double last = sorted.Max(distances => Quantiles.Of(distances, 0.99));
        double[] edges = [.. Enumerable.Range(0, Bins + 1).Select(i => (last > 0 ? last : 1) * i / Bins)];
        return new(edges, Histogram.Shares(sorted[0], edges), Histogram.Shares(sorted[1], edges), Histogram.Shares(sorted[2], edges));
    }
}
