using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class NeighborPredictorTests
{
    private static NeighborPredictor Fit(EncodedRows rows, int _) =>
        NeighborPredictor.Fit(rows, new NeighborSettings(), new Philox(3));

    [Fact]
    public void The_nearest_rows_in_which_the_cell_is_known_are_averaged_by_the_inverse_of_their_distance()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Categorical("c", "a", "b")], 40);
        for (int row = 0; row < 40; row++)
            (table[row, 0], table[row, 1], table[row, 2]) = (row, 100 + row, row % 2);
        EncodedRows rows = PredictorChecks.Encoded(table);
        TableEncoder encoder = rows.Encoder;
        // The row itself, 20, lacks what is asked for.
        rows.Row(20)[1] = float.NaN;
        var predictor = NeighborPredictor.Fit(rows, new NeighborSettings { Neighbors = 3 }, default);
        float[] row20 = [rows.Row(20)[0], float.NaN, float.NaN];
        // Over x alone: 19 and 21 are as near, and 18 comes before 22.
        double variance = (40 * 40 - 1) / 12.0 / Math.Pow(39, 2);
        double unit = 1 / (2 * variance * Math.Pow(39, 2));
        double near = 1 / (unit + 1e-3), far = 1 / (4 * unit + 1e-3);
        double expected = 100 + ((19 + 21) * near + 18 * far) / (2 * near + far);
        float[] slots = PredictorChecks.Predict(predictor, encoder, row20);
        Assert.Equal(expected, encoder.Encoded[1].Scaler!.Unscale(slots[1]), 0.01);
        // Of the category the row itself is the nearest that knows it; its neighbours say the other one.
        double own = 1 / 1e-3;
        Assert.Equal(own / (own + 2 * near), slots[2], 0.01);
    }

    [Fact]
    public void Distances_are_those_of_the_definition_in_and_beyond_the_vectors()
    {
        const int Rows = 37;
        float[] numbers = [.. Enumerable.Range(0, Rows).Select(i => i % 5 == 0 ? float.NaN : i * 0.3f)];
        float[] categories = [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? float.NaN : i % 3)];
        float[] distances = new float[Rows], shared = new float[Rows];
        RowDistances.AddSquared(numbers, 2, 0.5f, distances, shared);
        RowDistances.AddUnequal(categories, 1, distances, shared);
        RowDistances.Divide(distances, shared);
        for (int i = 0; i < Rows; i++)
        {
            double sum = i % 5 == 0 ? 0 : Math.Pow(numbers[i] - 2, 2) * 0.5;
            sum += i % 7 == 0 || i % 3 == 1 ? 0 : 1;
            int count = (i % 5 == 0 ? 0 : 1) + (i % 7 == 0 ? 0 : 1);
            Assert.Equal(count == 0 ? double.PositiveInfinity : sum / count, distances[i], 1e-3);
        }
    }

    [Fact]
    public void It_keeps_to_what_every_predictor_must()
    {
        PredictorChecks.SaysTheSameForAnyNumberOfThreadsAndAfterLoading(Fit, NeighborPredictor.Load);
        PredictorChecks.SaysTheSameOfARowAloneAndAmongOthers(Fit);
        PredictorChecks.AnswersWhateverIsUnknown(Fit);
        PredictorChecks.StopsWhenCancelled((rows, cancel) =>
            NeighborPredictor.Fit(rows, new NeighborSettings(), new Philox(3), cancel));
    }
}
