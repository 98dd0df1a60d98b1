using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ConditionalDenoiserTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    [InlineData(32)]
    public void A_row_alone_has_the_bits_that_it_has_among_others_however_much_of_it_is_unknown(int width)
    {
        if (width == 512 && !System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            return;
        const int Rows = 40, Categories = 9;
        Table table = new(
            [TableColumn.Numeric("x"), .. Enumerable.Range(0, Categories).Select(i =>
                TableColumn.Categorical($"c{i}", Enumerable.Range(0, 2 + (3 * i)).Select(code => $"v{code}")))],
            Rows);
        var random = new Philox(2);
        for (int row = 0; row < Rows; row++)
        {
            table[row, 0] = random.Normal((ulong)row);
            for (int i = 0; i < Categories; i++)
                table[row, 1 + i] = (row + i) % (2 + (3 * i));
        }
        EncodedRows encoded = PredictorChecks.Encoded(table);
        var denoiser = new ConditionalDenoiser(ConditionalInput.Fit(encoded, 12), encoded.Encoder.SlotCount, 40, 2, random.Fork(1));
        foreach (Parameter parameter in denoiser.Parameters().Where(parameter => parameter.Shape.Rank == 2))
            random.Fork(7).FillNormal(parameter.Update());
        denoiser.Shorten();
        float[] cells = PredictorChecks.CellsOf(encoded);
        // Row 0 is complete; the others lack one cell more each.
        for (int row = 0; row < Rows; row++)
            cells.AsSpan((row * encoded.Width) + (row % 3), Math.Min(row % 11, encoded.Width - (row % 3))).Fill(float.NaN);
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 1, VectorWidth = width });
        using Tape tape = engine.CreateTape(training: false);
        TableEncoder encoder = encoded.Encoder;
        float[] together = denoiser.Predict(encoder, cells, [], 1, Rows, tape).ToArray();
        for (int row = 0; row < Rows; row++)
        {
            float[] own = cells[(row * encoded.Width)..((row + 1) * encoded.Width)];
            ReadOnlySpan<float> alone = denoiser.Predict(encoder, own, [], 1, 1, tape);
            for (int i = 0; i < own.Length; i++)
            {
                EncodedColumn column = encoder.Encoded[i];
                if (float.IsNaN(own[i]))
                    Assert.Equal(
                        together.AsSpan((row * encoder.SlotCount) + column.FirstSlot, column.SlotCount).ToArray(),
                        alone.Slice(column.FirstSlot, column.SlotCount).ToArray());
            }
        }
    }
}
