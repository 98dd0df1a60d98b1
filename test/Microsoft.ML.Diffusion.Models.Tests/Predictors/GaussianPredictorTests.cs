using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class GaussianPredictorTests
{
    // Positive definite, all deviations different.
    private static readonly double[] s_covariance =
    [
        1.00, 0.60, 0.30, -0.2,
        0.60, 2.00, 0.50, 0.10,
        0.30, 0.50, 0.80, 0.40,
        -0.2, 0.10, 0.40, 1.50,
    ];

    private static readonly double[] s_mean = [1, -2, 0.5, 3];

    private static GaussianPredictor Fit(EncodedRows rows, int threads) =>
        GaussianPredictor.Fit(rows, new GaussianSettings(), new Philox(3), threads, TrainingDeadline.None);

    [Fact]
    public void The_inverse_times_the_matrix_is_the_identity()
    {
        const int Size = 19;
        double[] matrix = new double[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
                matrix[i * Size + j] = Math.Pow(0.9, Math.Abs(i - j)) * (1 + i) * (1 + j);
        }
        double[] inverse = (double[])matrix.Clone();
        DenseMatrix.Invert(inverse, Size, new double[Size]);
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, Size).Sum(k => inverse[i * Size + k] * matrix[k * Size + j]), 1e-9);
        }
    }

    [Fact]
    public void What_two_distributions_say_does_not_depend_on_which_was_asked_before()
    {
        EncodedRows rows = PredictorChecks.Encoded(PredictorChecks.Holey(200)), others = rows.Take([.. Enumerable.Range(0, 60)]);
        GaussianPredictor first = Fit(rows, 1), second = Fit(others, 1);
        int[] holey = [.. Enumerable.Range(0, rows.RowCount).Where(row => rows.Row(row).ToArray().Any(float.IsNaN)).Take(2)];
        Assert.False(first.IsSameAs(second));
        (GaussianPredictor Asked, int Row)[] questions =
            [(first, 0), (first, 0), (second, 0), (first, 0), (first, 1), (second, 1), (second, 0), (first, 1)];
        foreach ((GaussianPredictor asked, int row) in questions)
            Assert.Equal(AloneIn(asked, row), Ask(asked, row));

        float[] Ask(GaussianPredictor asked, int row) => PredictorChecks.Predict(asked, rows.Encoder, rows.Row(holey[row]).ToArray());

        // What a thread remembers is its own.
        float[] AloneIn(GaussianPredictor asked, int row)
        {
            float[] answer = [];
            var thread = new Thread(() => answer = Ask(asked, row));
            thread.Start();
            thread.Join();
            return answer;
        }
    }

    [Fact]
    public void Both_systems_give_the_conditional_mean_of_the_closed_form()
    {
        var normal = new MultivariateNormal(s_mean, s_covariance);
        // E[x0 | x1] = c01 / c11 x1, through the covariance of the one that is known ...
        double[] centred = [0, 1.5, 0, 0];
        normal.Fill(centred, [0, 2, 3], [1], new());
        double[] expected = [0.6 / 2 * 1.5, 1.5, 0.5 / 2 * 1.5, 0.1 / 2 * 1.5];
        for (int i = 0; i < 4; i++)
            Assert.Equal(expected[i], centred[i], 1e-12);
        // ... and E[x0 | x1, x3] by Cramer's rule, of a distribution of three, through the precision of the one that is not.
        normal = new MultivariateNormal([0, 0, 0], [1, 0.6, -0.2, 0.6, 2, 0.1, -0.2, 0.1, 1.5]);
        centred = [0, 1.5, -0.7];
        normal.Fill(centred, [0], [1, 2], new());
        double determinant = (2 * 1.5) - (0.1 * 0.1);
        double first = ((1.5 * 1.5) - (0.1 * -0.7)) / determinant, second = ((2 * -0.7) - (0.1 * 1.5)) / determinant;
        Assert.Equal((0.6 * first) + (-0.2 * second), centred[0], 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public void What_is_missing_as_it_was_before_has_the_same_bits_with_what_was_kept(int missing)
    {
        const int Size = 20;
        double[] covariance = new double[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
                covariance[(i * Size) + j] = Math.Pow(0.8, Math.Abs(i - j)) * (1 + (i % 3)) * (1 + (j % 3));
        }
        double[] mean = new double[Size];
        var normal = new MultivariateNormal(mean, covariance);
        Parallel.For(0, 4, _ =>
        {
            var own = new MultivariateNormal.Memory();
            for (int round = 0; round < 4; round++)
            {
                for (int first = 0; first < Size; first++)
                    Assert.Equal(Ask(new MultivariateNormal(mean, covariance), first, own), Ask(normal, first, own));
            }
        });
        double[] Ask(MultivariateNormal asked, int first, MultivariateNormal.Memory memory)
        {
            double[] centred = [.. Enumerable.Range(0, Size).Select(i => Math.Sin(i + first))];
            Fill(asked, first, memory, centred);
            return centred;
        }

        void Fill(MultivariateNormal asked, int first, MultivariateNormal.Memory memory, double[] centred)
        {
            Span<int> places = stackalloc int[Size];
            for (int i = 0; i < Size; i++)
                places[i] = (first + i) % Size;
            asked.Fill(centred, places[..missing], places[missing..], memory);
        }
    }

    [Fact]
    public void Rounds_of_expectation_and_maximisation_recover_mean_and_covariance_through_holes()
    {
        const int Rows = 5000;
        Table table = new([.. Enumerable.Range(0, 4).Select(i => TableColumn.Numeric($"x{i}"))], Rows);
        double[] factor = (double[])s_covariance.Clone();
        DenseMatrix.Factor(factor, 4);
        var random = new Philox(2);
        for (int row = 0; row < Rows; row++)
        {
            float[] normal = new float[4];
            random.Fork((ulong)row).FillNormal(normal);
            for (int j = 0; j < 4; j++)
                table[row, j] = s_mean[j] + Enumerable.Range(0, j + 1).Sum(i => factor[i * 4 + j] * normal[i]);
        }
        Table amputed = Amputer.Ampute(table, MissingnessMechanism.McarIndependent, 0.3, 1);
        EncodedRows rows = PredictorChecks.Encoded(amputed);
        TableEncoder encoder = rows.Encoder;
        var layout = GaussianLayout.Fit(rows, 100);
        MultivariateNormal fitted = GaussianEm.Fit(rows, layout, new GaussianSettings(), random, 2, TrainingDeadline.None, default);
        // The encoder's units: multiples of the observed cells' deviations, from their means.
        double Unscaled(int j, double value) => encoder.Encoded[j].Scaler!.Unscale((float)value);
        double Size(int j) => Unscaled(j, 0.5) - Unscaled(j, -0.5);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(s_mean[i], Unscaled(i, fitted.Mean[layout.Dimension(i)]), 0.06);
            for (int j = 0; j < 4; j++)
            {
                double covariance = fitted.Covariance[layout.Dimension(i) * 4 + layout.Dimension(j)] * Size(i) * Size(j);
                Assert.Equal(s_covariance[i * 4 + j], covariance, 0.12);
            }
        }
    }

    [Fact]
    public void A_number_and_a_category_follow_from_the_rest_of_the_row()
    {
        EncodedRows rows = PredictorChecks.Encoded(PredictorChecks.Holey(2000));
        TableEncoder encoder = rows.Encoder;
        GaussianPredictor predictor = Fit(rows, 1);
        float[] slots = PredictorChecks.Predict(predictor, encoder, [1, float.NaN, 1]);
        Assert.Equal(Simulated.Correlation, slots[1], 0.06);
        Assert.True(PredictorChecks.Predict(predictor, encoder, [1.5f, float.NaN, float.NaN])[3] > 0.75);
        Assert.True(PredictorChecks.Predict(predictor, encoder, [-1.5f, float.NaN, float.NaN])[3] < 0.25);
    }

    [Fact]
    public void Many_rare_categories_share_one_dimension_and_their_frequencies()
    {
        Table table = new([TableColumn.Categorical("a", Enumerable.Range(0, 40).Select(i => $"c{i}")), TableColumn.Numeric("x")], 2000);
        var random = new Philox(4);
        for (int row = 0; row < 2000; row++)
        {
            double uniform = random.Uniform((ulong)row);
            table[row, 0] = (int)(40 * uniform * uniform);
            table[row, 1] = uniform;
        }
        EncodedRows rows = PredictorChecks.Encoded(table);
        TableEncoder encoder = rows.Encoder;
        GaussianSettings settings = new() { MostDimensions = 12 };
        var predictor = GaussianPredictor.Fit(rows, settings, random, 1, TrainingDeadline.None);
        Assert.Equal(9, GaussianLayout.Fit(rows, 12).Size);
        float[] slots = PredictorChecks.Predict(predictor, encoder, [float.NaN, float.NaN]);
        PredictorChecks.IsSound(encoder, slots);
        for (int slot = 0; slot < 40; slot++)
            Assert.Equal(Enumerable.Range(0, 2000).Count(row => table[row, 0] == slot) / 2000.0, slots[slot], 0.002);
    }

    [Fact]
    public void It_keeps_to_what_every_predictor_must()
    {
        PredictorChecks.SaysTheSameForAnyNumberOfThreadsAndAfterLoading(Fit, GaussianPredictor.Load);
        PredictorChecks.SaysTheSameOfARowAloneAndAmongOthers(Fit);
        PredictorChecks.AnswersWhateverIsUnknown(Fit);
        PredictorChecks.StopsWhenCancelled((rows, cancel) =>
            GaussianPredictor.Fit(rows, new GaussianSettings(), new Philox(3), 1, TrainingDeadline.None, cancel));
    }
}
