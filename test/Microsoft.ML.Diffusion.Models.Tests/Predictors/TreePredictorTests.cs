using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class TreePredictorTests
{
    private static readonly TreeSettings s_few = new() { Trees = 20 };

    private static TreePredictor Fit(EncodedRows rows, int threads) => Fit(rows, s_few, threads);

    private static TreePredictor FitChain(EncodedRows rows, int threads) =>
        Fit(rows, s_few with { Forest = true, Tried = 0.5, Sweeps = 2 }, threads);

    private static TreePredictor Fit(EncodedRows rows, TreeSettings settings, int threads, CancellationToken cancel = default)
    {
        var gaussian = GaussianPredictor.Fit(rows, new GaussianSettings(), new Philox(3), threads, TrainingDeadline.None, cancel);
        return TreePredictor.Fit(rows, gaussian, settings, new Philox(4), threads, TrainingDeadline.None, cancel);
    }

    /// <summary>Three categories and a number that follow from another number, but not along a line.</summary>
    private static Table Bent(int rows, ulong seed)
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("square"), TableColumn.Categorical("third", "a", "b", "c")], rows);
        var random = new Philox(seed);
        for (int row = 0; row < rows; row++)
        {
            double x = (2 * random.Uniform((ulong)row)) - 1;
            (table[row, 0], table[row, 1], table[row, 2]) = (x, x * x, x < -0.4 ? 1 : x < 0.3 ? 0 : 2);
        }
        return table;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tree_grown_to_the_end_returns_the_target_of_every_row(bool isForest)
    {
        // Without drawing rows a forest's tree is like any other; with it, most rows are met.
        const int Rows = 60;
        var random = new Philox(1);
        var rows = new TreeRows(3, [0], [.. Enumerable.Range(0, Rows).Select(row => (float)(row % 3))]);
        for (int row = 0; row < Rows; row++)
            rows.Take(row, [row]);
        if (isForest)
            rows.Sort(256);
        GrownTree tree = new TreeGrower().Grow(rows, new TreeSettings { SmallestSplit = 2, Forest = isForest }, random, TrainingDeadline.None);
        var ensemble = new TreeEnsemble(3, [0], [tree]);
        float[] shares = new float[3];
        int right = 0;
        for (int row = 0; row < Rows; row++)
        {
            ensemble.Predict([row], shares);
            Assert.Equal(1, shares.Sum(), 1e-5);
            right += shares[row % 3] == 1 ? 1 : 0;
        }
        Assert.InRange(right, isForest ? 30 : Rows, Rows);
    }

    [Theory]
    [InlineData(10, 0, 5)]
    [InlineData(10, 4, 5)]
    [InlineData(300, 0, 6)]
    public void Saved_trees_take_a_few_bytes_a_node_and_are_read_back(int inputs, int categories, int bytesPerNode)
    {
        const int Rows = 200;
        var random = new Philox(7);
        float[] targets = [.. Enumerable.Range(0, Rows).Select(row => (float)(row * 7 % (categories > 0 ? categories : 50)))];
        var rows = new TreeRows(categories, [.. Enumerable.Range(0, inputs)], targets);
        float[] slots = new float[inputs];
        for (int row = 0; row < Rows; row++)
        {
            random.Fork((ulong)row).FillUniform(slots);
            rows.Take(row, slots);
        }
        GrownTree[] trees = [.. Enumerable.Range(0, 3).Select(i =>
            new TreeGrower().Grow(rows, new TreeSettings(), random.Fork(1000 + (ulong)i), TrainingDeadline.None))];
        int[] roots = [0, trees[0].Nodes.Length, trees[0].Nodes.Length + trees[1].Nodes.Length];
        int[] firstShares = [0, trees[0].Shares.Length, trees[0].Shares.Length + trees[1].Shares.Length];
        TreeNode[] nodes = [.. trees.SelectMany(tree => tree.Nodes)];
        CategoryShare[] shares = [.. trees.SelectMany(tree => tree.Shares)];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        TreeFile.Write(writer, inputs, nodes, shares);
        Assert.Equal(bytesPerNode * nodes.Length + 6 * shares.Length + 2 * sizeof(int), stream.Length);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        (TreeNode[] readNodes, CategoryShare[] readShares) = TreeFile.Read(reader, inputs, categories, roots, firstShares);
        Assert.Equal(nodes, readNodes);
        Assert.Equal(shares, readShares);
    }

    [Fact]
    public void Numbers_that_many_rows_have_are_cut_between_all_their_values()
    {
        // Fifty values of twenty rows each: of 64 places for cuts hardly one falls between two values by itself.
        TreeRows rows = new(0, [0], new float[1000]);
        for (int row = 0; row < 1000; row++)
            rows.Take(row, [row % 50]);

        rows.Sort(64);

        Assert.Equal(Enumerable.Range(0, 49).Select(value => (float)value), rows.Cuts![0]);
        Assert.All(Enumerable.Range(0, 1000), row => Assert.Equal(row % 50, rows.Bins[row]));
    }

    [Fact]
    public void Fewer_trees_grow_where_fewer_steps_are_allowed()
    {
        Table table = Bent(200, seed: 5);
        EncodedRows rows = TableEncoder.Fit(table, NumericScaling.Standard).Encode(table);
        Assert.True(3 * Saved(steps: 1e5) < Saved(steps: TreeSettings.UsualSteps));

        long Saved(double steps)
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            Fit(rows, new TreeSettings { Trees = 80, MostSteps = steps }, threads: 1).Save(writer);
            return stream.Length;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Leaves_are_chosen_larger_where_a_column_is_mostly_noise_and_small_where_it_follows(int categories)
    {
        int noisy = Choose(noise: 0.6f), certain = Choose(noise: 0);
        Assert.True(noisy >= 20, $"{noisy}");
        Assert.True(certain <= 8, $"{certain}");

        int Choose(float noise)
        {
            const int Rows = 1200;
            var random = new Philox(9);
            float[] inputs = new float[2 * Rows], chance = new float[2 * Rows], targets = new float[Rows];
            random.Fork(0).FillUniform(inputs);
            random.Fork(1).FillUniform(chance);
            for (int row = 0; row < Rows; row++)
            {
                float value = MathF.Sin(9 * inputs[2 * row]) * 0.49f + 0.5f;
                // A random value now and then, which no tree can foretell.
                value = chance[2 * row] < noise ? chance[(2 * row) + 1] : value;
                targets[row] = categories == 0 ? value : (int)(value * categories);
            }
            var rows = new TreeRows(categories, [0, 1], targets);
            for (int row = 0; row < Rows; row++)
                rows.Take(row, inputs.AsSpan(2 * row, 2));
            return TreeTrial.Choose(rows, new TreeSettings(), 60, Grow, new Philox(10), threads: 2, CancellationToken.None).SmallestSplit;
        }

        static GrownTree Grow(TreeRows rows, TreeSettings settings, Philox random) =>
            new TreeGrower().Grow(rows, settings, random, TrainingDeadline.None);
    }

    [Fact]
    public void Trees_with_leaves_on_trial_do_not_depend_on_the_number_of_threads_and_are_fewer_nodes_of_noise()
    {
        Table table = Simulated.Pairs(600, 3);
        for (int row = 0; row < table.RowCount; row++)
            table[row, 0] = new Philox(4).Uniform((ulong)row);
        EncodedRows rows = PredictorChecks.Encoded(table);
        byte[] plain = Saved(s_few, 1), one = Saved(s_few with { IsTried = true }, 1), two = Saved(s_few with { IsTried = true }, 2);
        Assert.Equal(one, two);
        Assert.True(one.Length < 0.7 * plain.Length, $"{one.Length} of {plain.Length}");

        byte[] Saved(TreeSettings settings, int threads)
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            Fit(rows, settings, threads).Save(writer);
            return stream.ToArray();
        }
    }

    [Fact]
    public void Trees_grown_again_with_what_was_chosen_are_the_same_without_a_trial()
    {
        EncodedRows rows = PredictorChecks.Encoded(Amputer.Ampute(Bent(400, 1), MissingnessMechanism.McarIndependent, 0.2, 2));
        TreeSettings settings = s_few with { IsTried = true };
        TreePredictor first = Fit(rows, settings, 2), again = Fit(rows, settings with { Choices = first.Choices }, 2);
        Assert.All(first.Choices, Assert.NotNull);
        Assert.Equal(first.Choices, again.Choices);
        float[] cells = PredictorChecks.CellsOf(rows);
        Assert.Equal(PredictorChecks.Predict(first, rows.Encoder, cells), PredictorChecks.Predict(again, rows.Encoder, cells));
        TreeChoice?[] others = [.. first.Choices.Select(choice => choice! with { SmallestSplit = 80 })];
        TreePredictor larger = Fit(rows, settings with { Choices = others }, 2);
        Assert.NotEqual(PredictorChecks.Predict(first, rows.Encoder, cells), PredictorChecks.Predict(larger, rows.Encoder, cells));
    }

    [Fact]
    public void Trees_that_only_missing_columns_have_say_the_same_of_them()
    {
        Table table = Amputer.Ampute(Bent(300, 1), MissingnessMechanism.McarIndependent, 0.2, 2);
        for (int row = 0; row < table.RowCount; row++)
            table[row, 0] = Math.Sin(row);
        EncodedRows rows = PredictorChecks.Encoded(table);
        foreach (TreeSettings settings in new[] { s_few, s_few with { Forest = true, Tried = 0.5, Sweeps = 2 } })
        {
            TreePredictor all = Fit(rows, settings, 2), some = Fit(rows, settings with { OnlyMissingColumns = true }, 2);
            float[] cells = PredictorChecks.CellsOf(rows);
            Assert.Equal(PredictorChecks.Predict(all, rows.Encoder, cells), PredictorChecks.Predict(some, rows.Encoder, cells));
            using var writer = new BinaryWriter(new MemoryStream());
            Assert.Throws<NotSupportedException>(() => some.Save(writer));
            // A cell of another column is guessed as well, by the normal distribution.
            float[] row = [float.NaN, .. rows.Row(0)[1..]];
            Assert.All(PredictorChecks.Predict(some, rows.Encoder, row), slot => Assert.True(float.IsFinite(slot)));
        }
    }

    [Fact]
    public void The_best_cut_is_where_the_target_jumps()
    {
        var rows = new TreeRows(0, [0], [.. Enumerable.Range(0, 100).Select(row => row < 37 ? -1f : 1)]);
        for (int row = 0; row < 100; row++)
            rows.Take(row, [row * 0.5f]);
        rows.Sort(100);
        GrownTree tree = new TreeGrower().Grow(rows, new TreeSettings { Forest = true }, new Philox(2), TrainingDeadline.None);
        Assert.Equal(3, tree.Nodes.Length);
        Assert.InRange(tree.Nodes[0].Value, 17, 18);
        Assert.Equal([-1, 1], tree.Nodes[1..].Select(node => node.Value));
    }

    [Fact]
    public void A_tree_that_is_split_by_other_targets_lists_what_its_leaves_have()
    {
        // Split where the row number passes 40; the targets tell odd rows from even ones, and the first ten from all others.
        const int Rows = 100, Third = 10;
        var rows = new TreeRows(3, [0], [.. Enumerable.Range(0, Rows).Select(row => row < Third ? 2f : row % 2)]);
        for (int row = 0; row < Rows; row++)
            rows.Take(row, [row]);
        rows.Sort(Rows);
        TreeSettings settings = new() { Forest = true };
        TreeRows split = rows.SplitBy([[.. Enumerable.Range(0, Rows).Select(row => row < 40 ? 0f : 1)]]);

        GrownTree tree = new TreeGrower().Grow(split, settings, new Philox(2), TrainingDeadline.None);

        // Within the two leaves nothing is left to split, and their shares are those of the targets.
        Assert.Equal(3, tree.Nodes.Length);
        Assert.InRange(tree.Nodes[0].Value, 38, 41);
        Assert.Equal(3, tree.Nodes[1].Value);
        Assert.Equal(2, tree.Nodes[2].Value);
        Assert.Equal(2, tree.Shares.Sum(share => share.Share), 1e-5);
        Assert.All(tree.Shares[3..], share => Assert.InRange(share.Share, 0.3f, 0.7f));
    }

    [Fact]
    public void No_leaf_of_a_forest_has_fewer_rows_than_asked_for()
    {
        const int Rows = 300, Least = 20;
        // Row r has category r, so that a leaf lists one share for each of its rows but for those drawn twice.
        var rows = new TreeRows(Rows, [0], [.. Enumerable.Range(0, Rows).Select(row => (float)row)]);
        for (int row = 0; row < Rows; row++)
            rows.Take(row, [row]);
        rows.Sort(100);
        TreeSettings settings = new() { Forest = true, SmallestLeaf = Least };
        TreeRows split = rows.SplitBy([[.. Enumerable.Range(0, Rows).Select(row => (float)(row * row))]]);

        GrownTree tree = new TreeGrower().Grow(split, settings, new Philox(2), TrainingDeadline.None);

        TreeNode[] leaves = [.. tree.Nodes.Where(node => node.IsLeaf)];
        Assert.InRange(leaves.Length, 5, Rows / Least);
        Assert.All(leaves, leaf => Assert.InRange(leaf.Value, Least / 2, Rows));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_no_line_can_tell_follows_from_the_rest_of_the_row(int sweeps)
    {
        Table table = Amputer.Ampute(Bent(600, 1), MissingnessMechanism.McarIndependent, 0.15, 2);
        EncodedRows rows = PredictorChecks.Encoded(table);
        TableEncoder encoder = rows.Encoder;
        TreePredictor predictor = Fit(rows, s_few with { Sweeps = sweeps }, 1);
        foreach (double x in new[] { -0.8, -0.1, 0.1, 0.7 })
        {
            int third = x < -0.4 ? 1 : x < 0.3 ? 0 : 2;
            float[] row = new float[3];
            // A chain leans on neighbours that were known in training: it gets them, and only the direct trees do without.
            encoder.Encode([x, double.NaN, sweeps > 0 ? third : double.NaN], row);
            float[] slots = PredictorChecks.Predict(predictor, encoder, row);
            Assert.Equal(x * x, encoder.Encoded[1].Scaler!.Unscale(slots[1]), 0.12);
            Assert.True(sweeps > 0 || slots[2 + third] > 0.7);
        }
    }

    [Fact]
    public void A_wide_table_takes_a_few_of_the_inputs_and_still_finds_the_right_ones()
    {
        const int Columns = 150, Rows = 120;
        Table table = new([.. Enumerable.Range(0, Columns).Select(i => TableColumn.Numeric($"x{i}"))], Rows);
        var random = new Philox(6);
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Columns; i++)
                table[row, i] = i % 2 == 1 ? table[row, i - 1] + 0.1 * random.Fork((ulong)row).Normal((ulong)i) : random.Fork((ulong)row).Normal((ulong)i);
        }
        EncodedRows rows = PredictorChecks.Encoded(Amputer.Ampute(table, MissingnessMechanism.McarIndependent, 0.1, 1));
        TableEncoder encoder = rows.Encoder;
        float[] cells = PredictorChecks.CellsOf(rows);
        TreePredictor predictor = Fit(rows, new TreeSettings { Trees = 10, MostInputs = 8 }, 2);
        float[] slots = PredictorChecks.Predict(predictor, encoder, cells);
        double squares = 0;
        int count = 0;
        for (int cell = 0; cell < cells.Length; cell++)
        {
            if (!float.IsNaN(cells[cell]))
                continue;
            double error = encoder.Encoded[cell % Columns].Scaler!.Unscale(slots[cell]) - table[cell / Columns, cell % Columns];
            squares += error * error;
            count++;
        }
        Assert.True(Math.Sqrt(squares / count) < 0.6);
    }

    [Fact]
    public void It_keeps_to_what_every_predictor_must()
    {
        foreach (PredictorChecks.Fitting fit in new PredictorChecks.Fitting[] { Fit, FitChain })
        {
            PredictorChecks.SaysTheSameForAnyNumberOfThreadsAndAfterLoading(fit, TreePredictor.Load);
            PredictorChecks.SaysTheSameOfARowAloneAndAmongOthers(fit);
            PredictorChecks.AnswersWhateverIsUnknown(fit);
        }
        PredictorChecks.StopsWhenCancelled((rows, cancel) => Fit(rows, s_few, 1, cancel));
    }
}
