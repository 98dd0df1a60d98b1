using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class CsdiBatchTests
{
    private const int Size = 400;
    private static readonly GaussianProcess s_process = new(NoiseSchedule.Quadratic(100));

    [Fact]
    public void A_conditional_batch_hides_any_number_of_observed_cells_and_at_least_one()
    {
        CsdiBatch batch = Fill(isConditional: true);
        double[] hidden = new double[3];
        for (int row = 0; row < Size; row++)
        {
            // "x" and the two slots of "sign"; "y" is never observed.
            bool[] isHidden = [batch.Counts[(4 * row) + 0] == 1, batch.Counts[(4 * row) + 2] == 1];
            Assert.Equal(batch.Counts[(4 * row) + 2], batch.Counts[(4 * row) + 3]);
            hidden[isHidden.Count(h => h)] += 1.0 / Size;
            for (int slot = 0; slot < 4; slot++)
                Assert.Equal(slot == 1 ? 0 : 1, batch.Counts[(4 * row) + slot] + batch.Known[(4 * row) + slot]);
        }
        // With nothing to hide less often than one of two: one third of rows each, the first of which must hide one anyway.
        Assert.Equal(0, hidden[0]);
        Assert.InRange(hidden[2], 0.4, 0.6);
    }

    [Fact]
    public void A_conditional_batch_shows_known_values_and_the_noisy_state_of_the_others()
    {
        CsdiBatch batch = Fill(isConditional: true);
        for (int i = 0; i < 4 * Size; i++)
        {
            double value = (i % 4) switch { 0 => 0.5, 1 => 0, 2 => -1, _ => 1 };
            bool isKnown = batch.Known[i] == 1;
            Assert.Equal(isKnown ? value : 0, batch.Input[2 * i], 1e-6);
            Assert.Equal(isKnown ? 0 : s_process.Diffuse(value, batch.Epsilon[i], batch.Levels[i / 4]), batch.Input[(2 * i) + 1], 1e-6);
        }
    }

    [Fact]
    public void A_batch_of_whole_rows_diffuses_holes_too_and_counts_what_is_observed()
    {
        CsdiBatch batch = Fill(isConditional: false);
        for (int i = 0; i < 5 * Size; i++)
        {
            double value = (i % 5) switch { 0 => 0.5, 3 => 1, _ => 0 };
            Assert.Equal(s_process.Diffuse(value, batch.Epsilon[i], batch.Levels[i / 5]), batch.Input[i], 1e-6);
            Assert.Equal(i % 5 == 1 ? 0 : 1, batch.Counts[i]);
        }
        Assert.All(batch.Levels, level => Assert.InRange(level, 1, 100));
        Assert.InRange(batch.Levels.Average(), 45, 56);
    }

    private static CsdiBatch Fill(bool isConditional)
    {
        Table table = new(Simulated.Columns, 2);
        for (int row = 0; row < 2; row++)
            (table[row, 0], table[row, 1], table[row, 2]) = (row, row, row);
        var encoder = TableEncoder.Fit(table, NumericScaling.MinMax);
        var slots = new CsdiSlots(encoder.Encoded, isConditional);
        var settings = new CsdiSettings { IsConditional = isConditional, Epochs = 1, BatchSize = Size, Width = 8, Blocks = 1, LearningRate = 1 };
        var batch = new CsdiBatch(slots, s_process, settings);
        EncodedRows rows = encoder.Encode(table);
        ReadOnlySpan<float> first = [0.5f, float.NaN, 1];
        first.CopyTo(rows.Row(0));
        batch.Fill(rows, new RowOrder(1, new Philox(1)), new Philox(2));
        return batch;
    }
}
