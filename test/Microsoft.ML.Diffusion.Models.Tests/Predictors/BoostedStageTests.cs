using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Boosting;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Predictors;

public class BoostedStageTests
{
    private const int RowCount = 1500;

    private static readonly Table s_truth = Truth();
    private static readonly EncodedRows s_rows = TableEncoder.Fit(s_truth, NumericScaling.Standard).Encode(Holes(s_truth));

    [Fact]
    public void The_first_tree_of_a_step_cuts_there_and_its_leaves_are_shrunken_means()
    {
        // 60 rows of 0, 40 of 10, by whether x is above 59.
        float[] targets = [.. Enumerable.Range(0, 100).Select(row => row < 60 ? 0f : 10f)];
        TreeRows rows = new(0, [0], targets);
        for (int row = 0; row < 100; row++)
            rows.Take(row, [row]);
        var grower = new BoostedGrower(rows);

        GrownTree tree = grower.Grow()!;

        Assert.Equal(4, grower.Start);
        // 64 bins of 100 rows do not all end where the step is; the cut is the end of the bin next to it.
        Assert.InRange(tree.Nodes[0].Value, 58, 60);
        double[] said = [.. Enumerable.Range(0, 100).Select(row => Walk(tree, [row]))];
        // A leaf says a tenth of what its rows leave, one row more counted that leaves nothing.
        Assert.InRange(said[0], 0.1 * -4 * 60 / 61 - 1e-6, 0);
        Assert.InRange(said[99], 0, (0.1 * 6 * 40 / 41) + 1e-6);
    }

    [Fact]
    public void Every_cut_of_the_first_tree_is_the_best_of_all_cuts()
    {
        TreeRows rows = new(0, [0, 1, 2], [.. Enumerable.Range(0, 400).Select(row => (float)s_truth[row, 3])]);
        for (int row = 0; row < rows.Count; row++)
            rows.Take(row, [(float)s_truth[row, 0], (float)s_truth[row, 1], (float)s_truth[row, 2]]);
        var grower = new BoostedGrower(rows);
        GrownTree tree = grower.Grow()!;

        // Rows on both sides of the root's cut, and the best that any other cut would gain.
        double[] rest = [.. rows.Targets.Select(target => target - grower.Start)];
        double best = Enumerable.Range(0, 3).Max(input => rows.Cuts![input].Max(cut => Gain(input, cut)));

        Assert.Equal(best, Gain(tree.Nodes[0].Input, tree.Nodes[0].Value), 1e-6 * best);

        double Gain(int input, float cut)
        {
            int[] left = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Values[(input * rows.Count) + row] <= cut)];
            int right = rows.Count - left.Length;
            if (left.Length < 20 || right < 20)
                return double.NegativeInfinity;
            double below = left.Sum(row => rest[row]), above = rest.Sum() - below;
            return (below * below / (left.Length + 1)) + (above * above / (right + 1));
        }
    }

    [Fact]
    public void Trees_leave_less_and_less()
    {
        TreeRows rows = new(0, [0, 1], [.. Enumerable.Range(0, 600).Select(row => (float)s_truth[row, 3])]);
        for (int row = 0; row < rows.Count; row++)
            rows.Take(row, [(float)s_truth[row, 0], (float)s_truth[row, 1]]);
        var grower = new BoostedGrower(rows);
        double[] left = [.. rows.Targets.Select(target => target - grower.Start)];
        double first = left.Sum(value => value * value), before = first;
        for (int i = 0; i < 60 && grower.Grow() is { } tree; i++)
        {
            for (int row = 0; row < left.Length; row++)
                left[row] -= Walk(tree, [rows.Values[row], rows.Values[rows.Count + row]]);
            double now = left.Sum(value => value * value);
            Assert.True(now < before, $"Tree {i} left {now} of {before}.");
            before = now;
        }
        Assert.InRange(before, 0, 0.3 * first);
    }

    [Fact]
    public void A_second_look_sees_an_interaction_that_the_first_did_not()
    {
        GaussianPredictor gaussian = Gaussian();
        BlendPredictor blend = new(s_rows.Encoder, [gaussian], [1], [1]);

        BlendPredictor boosted = blend.With(Fit(blend, threads: 2)!, [1, 1, 1, 1]);

        // y is the product of two columns, of which the normal distribution knows nothing.
        Assert.InRange(Error(boosted) / Error(blend), 0, 0.75);
    }

    [Fact]
    public void What_is_said_is_mixed_by_weight_saved_and_the_same_for_any_number_of_threads()
    {
        BlendPredictor blend = new(s_rows.Encoder, [Gaussian()], [1], [1]);
        BoostedStage one = Fit(blend, threads: 1)!, two = Fit(blend, threads: 2)!;
        float[] cells = [0.5f, float.NaN, 0.25f, float.NaN];

        float[] first = Predict(blend, cells), second = Predict(blend.With(one, [1, 1, 1, 1]), cells);
        BlendPredictor mixed = blend.With(two, [0, 0.25f, 0, 0]);

        Assert.Equal(first[3], Predict(mixed, cells)[3]);
        Assert.Equal(first[1] + (0.25f * (second[1] - first[1])), Predict(mixed, cells)[1]);
        Assert.Equal(second, Predict(blend.With(two, [1, 1, 1, 1]), cells));
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            mixed.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        BlendPredictor loaded = BlendPredictor.Load(reader, s_rows.Encoder);
        Assert.Equal(Predict(mixed, cells), Predict(loaded, cells));
        Assert.Equal(mixed.Members, loaded.Members);
        Assert.Equal(1, mixed.Members.Sum(member => member.NumberWeight), 1e-6);
    }

    [Fact]
    public void Nothing_is_said_beyond_what_was_observed()
    {
        BlendPredictor blend = new(s_rows.Encoder, [Gaussian()], [1], [1]);
        BoostedStage boosted = Fit(blend, threads: 2)!;
        float largest = Enumerable.Range(0, RowCount).Select(row => s_rows.Row(row)[3]).Where(cell => !float.IsNaN(cell)).Max();

        Assert.InRange(boosted.Predict(3, [50, 50, 50, 0]), float.MinValue, largest);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(199)]
    public void Few_rows_are_not_looked_at_twice(int count)
    {
        Table first = s_truth.Take(Enumerable.Range(0, count).ToArray());
        EncodedRows few = s_rows.Encoder.Encode(Holes(first));
        BlendPredictor blend = new(s_rows.Encoder, [Gaussian()], [1], [1]);

        Assert.Null(BoostedStage.Fit(few, blend, false, new Philox(1), 1, TrainingDeadline.None, default));
    }

    private static GaussianPredictor Gaussian() =>
        GaussianPredictor.Fit(s_rows, new GaussianSettings(), new Philox(1), 1, TrainingDeadline.None);

    private static BoostedStage? Fit(BlendPredictor blend, int threads) =>
        BoostedStage.Fit(s_rows, blend, false, new Philox(3), threads, TrainingDeadline.None, default);

    /// <summary>Root of the mean squared error of the last column's missing cells.</summary>
    private static double Error(BlendPredictor predictor)
    {
        EncodedRows truth = s_rows.Encoder.Encode(s_truth);
        double sum = 0;
        int count = 0;
        for (int row = 0; row < RowCount; row++)
        {
            if (!float.IsNaN(s_rows.Row(row)[3]))
                continue;
            sum += Math.Pow(Predict(predictor, s_rows.Row(row).ToArray())[3] - truth.Row(row)[3], 2);
            count++;
        }
        return Math.Sqrt(sum / count);
    }

    private static float Walk(GrownTree tree, float[] inputs)
    {
        int place = 0;
        while (!tree.Nodes[place].IsLeaf)
            place = tree.Nodes[place].Left + (inputs[tree.Nodes[place].Input] > tree.Nodes[place].Value ? 1 : 0);
        return tree.Nodes[place].Value;
    }

    private static float[] Predict(CellPredictor predictor, float[] cells)
    {
        using var engine = new ManagedEngine(threads: 1);
        using var workspace = new Workspace(engine);
        float[] said = new float[cells.Length];
        predictor.Predict(cells, 1, said, workspace);
        return said;
    }

    private static Table Truth()
    {
        Table table = new([.. new[] { "a", "b", "c", "y" }.Select(name => TableColumn.Numeric(name))], RowCount);
        float[] draws = new float[4];
        for (int row = 0; row < RowCount; row++)
        {
            new Philox(5, (ulong)row).FillNormal(draws);
            (table[row, 0], table[row, 1], table[row, 2]) = (draws[0], draws[1], draws[2] + draws[0]);
            table[row, 3] = (draws[0] * draws[1]) + (0.2 * draws[3]);
        }
        return table;
    }

    private static Table Holes(Table truth)
    {
        Table holes = truth.Clone();
        for (int row = 0; row < holes.RowCount; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                if (new Philox(9, (ulong)row).Uniform((ulong)column) < 0.2)
                    holes[row, column] = double.NaN;
            }
        }
        return holes;
    }
}
