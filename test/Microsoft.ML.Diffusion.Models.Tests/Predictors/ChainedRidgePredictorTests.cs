using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ChainedRidgePredictorTests
{
    private static ChainedRidgePredictor Fit(EncodedRows rows, int threads) =>
        ChainedRidgePredictor.Fit(rows, new RidgeSettings(), new Philox(3), threads, TrainingDeadline.None);

    [Fact]
    public void A_number_that_is_a_sum_of_others_is_that_sum()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Numeric("sum")], 300);
        var random = new Philox(1);
        for (int row = 0; row < 300; row++)
        {
            double x = random.Normal((ulong)(2 * row)), y = random.Normal((ulong)(2 * row) + 1);
            (table[row, 0], table[row, 1], table[row, 2]) = (x, y, 3 + (2 * x) - y);
        }
        EncodedRows rows = PredictorChecks.Encoded(table);
        TableEncoder encoder = rows.Encoder;
        var predictor = ChainedRidgePredictor.Fit(rows, new RidgeSettings { Ridge = 0 }, random, 1, TrainingDeadline.None);
        float[] row0 = new float[3];
        encoder.Encode([0.5, -1, double.NaN], row0);
        Assert.Equal(5, encoder.Encoded[2].Scaler!.Unscale(PredictorChecks.Predict(predictor, encoder, row0)[2]), 1e-3);
        encoder.Encode([0.5, double.NaN, 5], row0);
        Assert.Equal(-1, encoder.Encoded[1].Scaler!.Unscale(PredictorChecks.Predict(predictor, encoder, row0)[1]), 1e-3);
    }

    [Fact]
    public void Through_holes_it_comes_close_to_the_conditional_mean()
    {
        EncodedRows rows = PredictorChecks.Encoded(PredictorChecks.Holey(2000));
        TableEncoder encoder = rows.Encoder;
        float[] slots = PredictorChecks.Predict(Fit(rows, 1), encoder, [1, float.NaN, float.NaN]);
        Assert.Equal(Simulated.Correlation, slots[1], 0.08);
        Assert.InRange(slots[3], 0.6, 0.95);
    }

    [Fact]
    public void Of_many_inputs_the_strongest_are_taken()
    {
        const int Columns = 60, Rows = 100;
        Table table = new([.. Enumerable.Range(0, Columns).Select(i => TableColumn.Numeric($"x{i}"))], Rows);
        var random = new Philox(6);
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Columns; i++)
                table[row, i] = i % 2 == 1 ? -table[row, i - 1] : random.Fork((ulong)row).Normal((ulong)i);
        }
        EncodedRows rows = PredictorChecks.Encoded(table);
        TableEncoder encoder = rows.Encoder;
        var predictor = ChainedRidgePredictor.Fit(rows, new RidgeSettings { MostInputs = 5 }, random, 2, TrainingDeadline.None);
        float[] row0 = rows.Row(0).ToArray();
        row0[31] = float.NaN;
        Assert.Equal(rows.Row(0)[31], PredictorChecks.Predict(predictor, encoder, row0)[31], 0.02);
    }

    [Fact]
    public void It_keeps_to_what_every_predictor_must()
    {
        PredictorChecks.SaysTheSameForAnyNumberOfThreadsAndAfterLoading(Fit, ChainedRidgePredictor.Load);
        PredictorChecks.SaysTheSameOfARowAloneAndAmongOthers(Fit);
        PredictorChecks.AnswersWhateverIsUnknown(Fit);
        PredictorChecks.StopsWhenCancelled((rows, cancel) =>
            ChainedRidgePredictor.Fit(rows, new RidgeSettings(), new Philox(3), 1, TrainingDeadline.None, cancel));
    }
}
