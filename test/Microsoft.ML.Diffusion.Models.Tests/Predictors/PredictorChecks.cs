using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>What every <see cref="CellPredictor"/> must keep to, whatever it is made of.</summary>
internal static class PredictorChecks
{
    private static readonly ManagedEngine s_engine = new(threads: 1);

    public delegate CellPredictor Fitting(EncodedRows rows, int threads);

    public delegate CellPredictor Loading(BinaryReader reader, TableEncoder encoder);

    public static float[] Predict(CellPredictor predictor, TableEncoder encoder, float[] cells)
    {
        using var workspace = new Workspace(s_engine);
        int rows = cells.Length / encoder.Encoded.Count;
        float[] slots = new float[rows * encoder.SlotCount];
        predictor.Predict(cells, rows, slots, workspace);
        // Slots of known cells mean nothing.
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = encoder.Encoded[i % encoder.Encoded.Count];
            if (!float.IsNaN(cells[i]))
                slots.AsSpan((i / encoder.Encoded.Count * encoder.SlotCount) + column.FirstSlot, column.SlotCount).Clear();
        }
        return slots;
    }

    public static EncodedRows Encoded(Table table) => TableEncoder.Fit(table, NumericScaling.Standard).Encode(table);

    /// <summary>The cells of all rows, row after row.</summary>
    public static float[] CellsOf(EncodedRows rows) => [.. Enumerable.Range(0, rows.RowCount).SelectMany(row => rows.Row(row).ToArray())];

    public static Table Holey(int rows, ulong seed = 5) =>
        Amputer.Ampute(Simulated.Pairs(rows, seed), MissingnessMechanism.McarIndependent, 0.2, seed);

    public static void SaysTheSameForAnyNumberOfThreadsAndAfterLoading(Fitting fit, Loading load)
    {
        EncodedRows rows = Encoded(Holey(400));
        TableEncoder encoder = rows.Encoder;
        float[] cells = CellsOf(rows);
        CellPredictor one = fit(rows, 1);
        float[] expected = Predict(one, encoder, cells);
        Assert.Equal(expected, Predict(fit(rows, 2), encoder, cells));
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            one.Save(writer);
        long length = stream.Position;
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        CellPredictor loaded = load(reader, encoder);
        Assert.Equal(length, stream.Position);
        Assert.Equal(expected, Predict(loaded, encoder, cells));
    }

    public static void SaysTheSameOfARowAloneAndAmongOthers(Fitting fit)
    {
        EncodedRows rows = Encoded(Holey(150));
        TableEncoder encoder = rows.Encoder;
        float[] cells = CellsOf(rows);
        CellPredictor predictor = fit(rows, 1);
        float[] together = Predict(predictor, encoder, cells);
        int width = encoder.Encoded.Count;
        for (int row = 0; row < 20; row++)
            Assert.Equal(together[(row * encoder.SlotCount)..((row + 1) * encoder.SlotCount)], Predict(predictor, encoder, cells[(row * width)..((row + 1) * width)]));
    }

    public static void AnswersWhateverIsUnknown(Fitting fit)
    {
        // Rows without a known cell, a table of two rows, one of categories alone.
        EncodedRows rows = Encoded(Holey(60));
        IsSound(rows.Encoder, Predict(fit(rows, 1), rows.Encoder, [float.NaN, float.NaN, float.NaN]));

        Table pair = new(Simulated.Columns, 2) { [0, 0] = 1, [1, 0] = 2, [0, 2] = 1 };
        rows = Encoded(pair);
        IsSound(rows.Encoder, Predict(fit(rows, 1), rows.Encoder, [float.NaN]));

        Table categories = new([TableColumn.Categorical("a", "x", "y", "z")], 9);
        for (int row = 0; row < 8; row++)
            categories[row, 0] = row % 3;
        rows = Encoded(categories);
        float[] shares = Predict(fit(rows, 1), rows.Encoder, [float.NaN]);
        IsSound(rows.Encoder, shares);
        Assert.True(shares[2] < shares[0]);
    }

    public static void StopsWhenCancelled(Func<EncodedRows, CancellationToken, CellPredictor> fit)
    {
        EncodedRows rows = Encoded(Holey(100));
        Assert.ThrowsAny<OperationCanceledException>(() => fit(rows, new CancellationToken(canceled: true)));
    }

    /// <summary>Numbers are finite; probabilities lie in 0 to 1 and add up to 1.</summary>
    public static void IsSound(TableEncoder encoder, float[] slots)
    {
        Assert.All(slots, value => Assert.True(float.IsFinite(value)));
        foreach (EncodedColumn column in encoder.Encoded.Where(column => column.Scaler is null))
        {
            float[] own = slots[column.FirstSlot..(column.FirstSlot + column.SlotCount)];
            Assert.All(own, value => Assert.InRange(value, 0, 1));
            Assert.Equal(1, own.Sum(), 1e-4);
        }
    }

}
