using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>TabDDPM's loss of one row (Kotelnikov et al. 2023, equation 10): the squared error of the noise, averaged over numbers, plus
/// the divergence of the posteriors of categories, averaged over categorical columns and times T.</summary>
/// <param name="columns">The cells of a row.</param>
/// <param name="schedule">The noise.</param>
internal sealed class TabDdpmLoss(EncodedColumn[] columns, NoiseSchedule schedule)
{
    private readonly GaussianProcess _gaussian = new(schedule);
    private readonly MultinomialProcess _multinomial = new(schedule);
    private readonly int _widest = columns.Max(column => column.SlotCount);

    /// <summary>T.</summary>
    public int Levels => schedule.Steps;

    /// <summary>x_t of one row.</summary>
    /// <param name="cells">x_0.</param>
    /// <param name="level">t.</param>
    /// <param name="noise">Normal numbers, a slot each.</param>
    /// <param name="random">Where the categories come from.</param>
    /// <param name="state">Receives x_t, categories as one-hots.</param>
    public void Diffuse(ReadOnlySpan<float> cells, int level, ReadOnlySpan<float> noise, Philox random, Span<float> state)
    {
        Span<float> probabilities = stackalloc float[_widest];
        state.Clear();
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = columns[i];
            if (column.Scaler is not null)
            {
                state[column.FirstSlot] = (float)_gaussian.Diffuse(cells[i], noise[column.FirstSlot], level);
                continue;
            }
            Span<float> own = probabilities[..column.Categories];
            _multinomial.Diffuse((int)cells[i], column.Categories, level, own);
            state[column.FirstSlot + CategoryChoice.Draw(own, random.Uniform((ulong)i))] = 1;
        }
    }

    /// <summary>The loss of one row, and its gradient with respect to the prediction.</summary>
    /// <param name="cells">x_0.</param>
    /// <param name="level">t.</param>
    /// <param name="state">x_t, categories as one-hots.</param>
    /// <param name="noise">The noise of numbers.</param>
    /// <param name="prediction">What the network says.</param>
    /// <param name="gradient">Receives the gradient.</param>
    public double Gradient(
        ReadOnlySpan<float> cells,
        int level,
        ReadOnlySpan<float> state,
        ReadOnlySpan<float> noise,
        ReadOnlySpan<float> prediction,
        Span<float> gradient)
    {
        Span<float> data = stackalloc float[_widest];
        int numbers = 0;
        foreach (EncodedColumn column in columns)
            numbers += column.Scaler is not null ? 1 : 0;
        double loss = 0, weight = (double)_gaussian.Schedule.Steps / Math.Max(1, columns.Length - numbers);
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = columns[i];
            int slot = column.FirstSlot;
            if (column.Scaler is not null)
            {
                float error = prediction[slot] - noise[slot];
                loss += error * error / numbers;
                gradient[slot] = 2 * error / numbers;
                continue;
            }
            Span<float> logData = data[..column.Categories];
            logData.Fill((float)Math.Log(1e-30));
            logData[(int)cells[i]] = 0;
            Span<float> own = gradient.Slice(slot, column.Categories);
            loss += weight * _multinomial.PosteriorDivergence(
                CategoryChoice.Largest(state.Slice(slot, column.Categories)), logData, prediction.Slice(slot, column.Categories), level,
                own);
            foreach (ref float g in own)
                g *= (float)weight;
        }
        return loss;
    }
}
