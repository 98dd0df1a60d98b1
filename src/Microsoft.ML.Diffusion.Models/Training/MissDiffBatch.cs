using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Makes batches for a <see cref="MissDiffDenoiser"/>: rows with their holes, each brought to a noise level of its own.</summary>
internal sealed class MissDiffBatch(MissDiffSlots slots, int rows)
{
    /// <summary>[rows, slots]: x_t divided by its size.</summary>
    public float[] State { get; } = new float[rows * slots.Count];

    /// <summary>[rows, slots]: the noise in it.</summary>
    public float[] Epsilon { get; } = new float[rows * slots.Count];

    /// <summary>[rows, slots]: 1 for the slots of observed cells.</summary>
    public float[] Observed { get; } = new float[rows * slots.Count];

    /// <summary>The noise level of each row, uniform in 1..T.</summary>
    public float[] Levels { get; } = new float[rows];

    /// <summary>Fills the batch.</summary>
    /// <param name="cells">Encoded rows.</param>
    /// <param name="order">Which rows.</param>
    /// <param name="process">The process.</param>
    /// <param name="random">This step's random stream.</param>
    public void Fill(float[] cells, RowOrder order, GaussianProcess process, Philox random)
    {
        int columns = slots.ColumnCount;
        random.FillNormal(Epsilon);
        random.Fork(0).FillUniform(Levels);
        for (int row = 0; row < rows; row++)
        {
            Span<float> x = State.AsSpan(row * slots.Count, slots.Count), epsilon = Epsilon.AsSpan(row * slots.Count, slots.Count);
            slots.Write(cells.AsSpan(order.Next() * columns, columns), x, Observed.AsSpan(row * slots.Count, slots.Count));
            int level = 1 + (int)(Levels[row] * process.Schedule.Steps);
            Levels[row] = level;
            for (int i = 0; i < x.Length; i++)
                x[i] = (float)(process.Diffuse(x[i], epsilon[i], level) / process.Size(level));
        }
    }
}
