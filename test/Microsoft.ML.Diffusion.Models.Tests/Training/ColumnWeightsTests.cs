using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ColumnWeightsTests
{
    // Enough rows that a column has some 400 held-back cells.
    private const int RowCount = 2000;

    private static readonly EncodedRows s_rows = Rows();
    private static readonly HeldBackCells s_heldBack = new(s_rows, 0.2, RowCount, new Philox(3));

    [Fact]
    public void A_column_in_which_another_member_is_right_has_weights_of_its_own()
    {
        // In columns 0 and 1 the first member is good, in column 2 the second.
        BlendWeights weights = Fit((member, column) => (member == 0) == (column < 2) ? 0.1f : 1);

        Assert.NotNull(weights.Columns[2]);
        Assert.InRange(weights.Columns[2]![1], 0.7, 1);
        Assert.InRange(weights.Numbers[0], 0.5, 0.8);
        Assert.Equal([0, 1], weights.AtLeast(0.05));
    }

    [Fact]
    public void Columns_in_which_members_err_alike_keep_the_weights_of_all() =>
        Assert.Empty(Fit((member, _) => member == 0 ? 0.3f : 0.4f).Columns);

    [Fact]
    public void A_member_that_one_column_alone_needs_is_kept()
    {
        BlendWeights weights = new([1, 0], [1, 0]) { Columns = [null, [0.2, 0.8]] };
        Assert.Equal([0, 1], weights.AtLeast(0.05));
        Assert.Equal([0], (weights with { Columns = [] }).AtLeast(0.05));
        Assert.Equal([1], weights.Only([1]).Columns[1]!);
    }

    [Fact]
    public void Weights_of_a_column_are_used_and_saved()
    {
        TableEncoder encoder = s_rows.Encoder;
        CellPredictor[] members =
        [
            GaussianPredictor.Fit(s_rows, new GaussianSettings(), new Philox(1), 1, TrainingDeadline.None),
            NeighborPredictor.Fit(s_rows, new NeighborSettings(), new Philox(2), default),
        ];
        var blend = new BlendPredictor(encoder, members, [1, 0], [1, 0], [null, [0, 1], null]);
        float[] cells = [float.NaN, float.NaN, 0.5f];

        float[] said = Predict(blend, cells), first = Predict(members[0], cells), second = Predict(members[1], cells);

        Assert.Equal([1], blend.OwnColumns);
        Assert.Equal([first[0], second[1]], said[..2]);
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            blend.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        Assert.Equal(said, Predict(BlendPredictor.Load(reader, encoder), cells));
    }

    /// <summary>Fits weights of two members whose errors are independent normal numbers.</summary>
    /// <param name="deviation">Of a member's errors in a column.</param>
    private static BlendWeights Fit(Func<int, int, float> deviation)
    {
        int rows = s_heldBack.Cells.Max(cell => cell.Row) + 1, width = s_rows.Width;
        float[][] predictions = [new float[rows * width], new float[rows * width]];
        for (int member = 0; member < 2; member++)
        {
            new Philox(11, (ulong)member).FillNormal(predictions[member]);
            foreach (HeldBackCell cell in s_heldBack.Cells)
            {
                ref float prediction = ref predictions[member][(cell.Row * width) + cell.Column];
                prediction = cell.Truth + (deviation(member, cell.Column) * prediction);
            }
        }
        return ColumnWeights.Add(BlendWeights.Fit(s_rows, s_heldBack, predictions), s_rows, s_heldBack, predictions);
    }

    private static float[] Predict(CellPredictor predictor, float[] cells)
    {
        using var engine = new ManagedEngine(threads: 1);
        using var workspace = new Workspace(engine);
        float[] said = new float[3];
        predictor.Predict(cells, 1, said, workspace);
        return said;
    }

    private static EncodedRows Rows()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Numeric("z")], RowCount);
        var random = new Philox(5);
        float[] draws = new float[3];
        for (int row = 0; row < RowCount; row++)
        {
            random.Fork((ulong)row).FillNormal(draws);
            for (int column = 0; column < 3; column++)
                table[row, column] = draws[column] + draws[0];
        }
        return TableEncoder.Fit(table, NumericScaling.Standard).Encode(table);
    }
}
