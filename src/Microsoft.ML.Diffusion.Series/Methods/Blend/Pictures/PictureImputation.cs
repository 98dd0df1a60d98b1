using System.Globalization;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Learns to fill series of pictures.</summary>
internal static class PictureImputation
{
    // The share of observed cells that are hidden to measure errors by; the cells that are looked at, at most.
    private const float Hidden = 0.1f;
    private const int MostCells = 300_000;

    /// <summary>Learns.</summary>
    public static SeriesImputer Learn(
        SeriesTable table, PictureShape shape, BlendOptions options, ProgressMeter meter, TrainingDeadline deadline,
        CancellationToken cancel)
    {
        meter.Say($"The {table.Variables} variables are filled as pictures of {shape.Width} x {shape.Height} pixels.");
        var random = new Philox(options.Seed);
        var trainer = new PictureTrainer(table, shape, options, random.Fork(0));
        PictureNetwork network = trainer.Run(meter, deadline.First(0.95), cancel);
        bool[] isSeen = new bool[table.Variables];
        foreach (Data.Series series in table.Items)
        {
            for (int i = 0; i < series.Cells.Length; i++)
                isSeen[i % isSeen.Length] |= !double.IsNaN(series.Cells[i]);
        }
        var heldBack = new HeldBackPictures(trainer, table, shape, options.ThreadCount);
        (HiddenOdds odds, PictureSpread spread) = (HiddenOdds.None, PictureSpread.Of([]));
        if (shape.Two is { } two)
        {
            odds = HiddenOddsFit.Of(heldBack.Records(network, Hidden, MostCells, random.Fork(1), cancel));
            if (odds.Hiding != 0)
            {
                (string low, string high) = Names(table, two);
                meter.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"A {high} has {Math.Exp(odds.Hiding):F1} times the odds of a {low} of being missing, among the same other cells; " +
                    $"it is filled so."));
            }
        }
        else
        {
            spread = PictureSpread.Of(heldBack.Scores(network, Hidden, random.Fork(1), cancel));
        }
        return new PictureImputer(network, odds, spread, isSeen, Range(table), trainer.Step, table.Statics);
    }

    private static (string Low, string High) Names(SeriesTable table, TwoValues two) => table.Words is [string low, string high]
        ? (low, high) : (two.Low.ToString(CultureInfo.InvariantCulture), two.High.ToString(CultureInfo.InvariantCulture));

    private static (double Least, double Most) Range(SeriesTable table)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (Data.Series series in table.Items)
        {
            foreach (double cell in series.Cells)
                (least, most) = double.IsNaN(cell) ? (least, most) : (Math.Min(least, cell), Math.Max(most, cell));
        }
        return (least, most);
    }
}
