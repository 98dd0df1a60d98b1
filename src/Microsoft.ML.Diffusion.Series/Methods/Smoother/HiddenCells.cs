using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Pieces of series of which observed cells are hidden, and what the smoother says of them then.</summary>
internal static class HiddenCells
{
    // What intervals are measured on.
    private const int EnoughPieces = 1000, MostPasses = 8;

    // Even where no time is left.
    private const int FewestPieces = 64;

    /// <summary>Hides cells of pieces and predicts them.</summary>
    /// <param name="table">The series.</param>
    /// <param name="model">The smoother.</param>
    /// <param name="pieces">The pieces.</param>
    /// <param name="isCausal">Whether a step is predicted from nothing behind it.</param>
    /// <param name="random">Which cells are hidden.</param>
    /// <param name="threads">How many threads; the result does not depend on it.</param>
    /// <param name="deadline">After it the pieces beyond the first few are left out.</param>
    /// <param name="each">Told of every piece, by several threads: its number, the series without the hidden cells, the numbers with them,
    /// the hidden cells.</param>
    /// <param name="cancel">Looked at for every piece.</param>
    /// <param name="gaps">Where cells of every other piece are hidden; null for single cells and stretches alone.</param>
    public static void Predict(
        SeriesTable table, SmootherModel model, SeriesPiece[] pieces, bool isCausal, Philox random, int threads,
        TrainingDeadline deadline, Action<int, SmoothedSeries, double[], int[]> each, CancellationToken cancel,
        RealGaps? gaps = null) =>
        ParallelLoop.Run(pieces.Length, i =>
        {
            if (i >= FewestPieces && deadline.IsOver)
                return;
            (int number, int first, int last, _) = pieces[i];
            Data.Series series = table.Items[number];
            int width = model.Variables;
            double[] cells = model.Apply(series.Cells[(first * width)..(last * width)]), masked = (double[])cells.Clone();
            Philox own = random.Fork((ulong)i);
            int[] hidden = gaps is not null && own.Uniform(2) < 0.5f ? gaps.Hide(masked, own.Fork(1)) : [];
            if (hidden.Length == 0)
                hidden = HiddenGaps.Hide(masked, width, own);
            LoneValues.Tame(masked, width, isCausal);
            if (hidden.Length > 0)
                each(i, SmoothedSeries.Of(model, series.Times[first..last], masked, series.Statics, isCausal, hidden), cells, hidden);
        }, threads, cancel);

    /// <summary>Measures how far hidden cells lie from what is predicted, in gaps as they fall in the data and in others.</summary>
    /// <param name="table">The series.</param>
    /// <param name="model">The smoother.</param>
    /// <param name="from">The pieces, of which those that are held back are predicted.</param>
    /// <param name="isCausal">Whether a step is predicted from nothing behind it.</param>
    /// <param name="guess">Predicts missing cells of a series.</param>
    /// <param name="random">Which cells are hidden.</param>
    /// <param name="threads">How many threads; the result does not depend on it.</param>
    /// <param name="deadline">As for <see cref="Predict"/>.</param>
    /// <param name="cancel">Looked at for every piece.</param>
    public static ScoreQuantiles Scores(
        SeriesTable table, SmootherModel model, TrainingPieces from, bool isCausal, CellGuess guess,
        Philox random, int threads, TrainingDeadline deadline, CancellationToken cancel)
    {
        SeriesPiece[] pieces = from.HeldBack;
        var gaps = new RealGaps(table, from);
        // Few pieces are seen with several choices of hidden cells, as long gaps are rare.
        int passes = Math.Clamp(EnoughPieces / Math.Max(1, pieces.Length), 1, MostPasses);
        var scores = new HeldBackScore[passes * pieces.Length][];
        Array.Fill(scores, []);
        for (int pass = 0; pass < passes && !(pass > 0 && deadline.IsOver); pass++)
        {
            int first = pass * pieces.Length;
            Predict(table, model, pieces, isCausal, random.Fork((ulong)pass), threads, deadline, (i, series, cells, hidden) =>
            {
                double[] numbers = new double[hidden.Length], deviations = new double[hidden.Length];
                guess(series, hidden, numbers, deviations);
                scores[first + i] =
                [
                    .. hidden.Select((cell, j) => new HeldBackScore(
                        cell % model.Variables, series.Neighbors.GapLength(cell),
                        (cells[cell] - numbers[j]) / deviations[j])),
                ];
            }, cancel, gaps);
        }
        double step = LagMoments.MedianStep([.. table.Items.Select(series => series.Times)]);
        return ScoreQuantiles.Of(model.Variables, step, [.. scores.SelectMany(own => own)]);
    }
}
