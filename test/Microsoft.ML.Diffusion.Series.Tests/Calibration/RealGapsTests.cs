using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Calibration;

public sealed class RealGapsTests
{
    private const int Steps = 24;

    [Fact]
    public void Cells_are_hidden_where_those_of_another_series_are_missing()
    {
        // Steps 6 to 11 of both variables are missing in the second series, and step 20 of the first variable.
        Data.Series full = Of((_, _) => false), gaps = Of((t, v) => t is >= 6 and < 12 || (t == 20 && v == 0));
        RealGaps real = GapsOf(full, gaps);
        for (ulong i = 0; i < 20; i++)
        {
            double[] cells = [.. full.Cells];
            cells[2 * 7] = double.NaN;
            int[] hidden = real.Hide(cells, new Philox(1).Fork(i));
            Assert.Equal([.. Enumerable.Range(12, 12).Where(cell => cell != 14), 40], hidden);
            Assert.All(hidden, cell => Assert.True(double.IsNaN(cells[cell])));
            Assert.Equal(hidden.Length + 1, cells.Count(double.IsNaN));
        }
    }

    [Fact]
    public void A_variable_that_is_mostly_missing_keeps_most_of_what_is_observed()
    {
        RealGaps real = GapsOf(Of((t, v) => v == 0 ? t % 8 != 0 : t == 3), Of((t, v) => v == 0 ? t % 8 != 4 : t == 5));
        int tries = 400, hidden = 0;
        for (int i = 0; i < tries; i++)
            hidden += real.Hide((double[])Of((_, _) => false).Cells.Clone(), new Philox(2).Fork((ulong)i)).Count(cell => cell % 2 == 0);

        // Seven of eight cells are missing: one time in seven they hide 21 cells, so that about three of 24 are hidden on average.
        Assert.InRange(hidden / (double)tries, 2.2, 3.8);
    }

    [Fact]
    public void Nothing_is_hidden_where_no_series_has_a_gap() =>
        Assert.Empty(GapsOf(Of((_, _) => false), Of((_, v) => v == 1)).Hide([.. Of((_, _) => false).Cells], new Philox(3)));

    [Fact]
    public void A_gap_is_as_long_as_the_time_between_observed_values_and_twice_the_distance_where_there_is_but_one()
    {
        var neighbors = new ObservedNeighbors(
            [0, 1, 3, 7, 8], [double.NaN, 5, double.NaN, 6, double.NaN], isCausal: false);
        Assert.Equal([2, 0, 6, 0, 2], Enumerable.Range(0, 5).Select(neighbors.GapLength));
        var causal = new ObservedNeighbors([0, 1, 3, 7, 8], [double.NaN, 5, double.NaN, double.NaN, 2], isCausal: true);
        Assert.Equal([double.PositiveInfinity, 0, 4, 12, 0], Enumerable.Range(0, 5).Select(causal.GapLength));
    }

    private static RealGaps GapsOf(params Data.Series[] items)
    {
        SeriesPiece[] pieces = [.. items.Select((_, i) => new SeriesPiece(i, 0, Steps, 1))];
        return new RealGaps(new SeriesTable(2, items), new TrainingPieces(pieces[1..], pieces[..1]));
    }

    private static Data.Series Of(Func<int, int, bool> isMissing) => new(
        [.. Enumerable.Range(0, Steps).Select(t => (double)t)],
        [.. Enumerable.Range(0, 2 * Steps).Select(i => isMissing(i / 2, i % 2) ? double.NaN : i)]);
}
