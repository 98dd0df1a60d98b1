using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>The logarithm of the density that a network gives rows (Kim, Lee, Park 2023, section 3.3): along the probability flow to the
/// noise at its end, whose density is known.</summary>
internal static class RowDensities
{
    private const int RowsAtOnce = 256;

    /// <summary>Measures all rows.</summary>
    /// <param name="denoiser">The network; something is added to the gradients of its parameters.</param>
    /// <param name="process">What it is trained with.</param>
    /// <param name="table">The rows.</param>
    /// <param name="tolerance">The error of a step of the flow that is accepted.</param>
    /// <param name="random">The directions along which divergences are estimated, and the noise of unknown slots: the same for the same
    /// rows.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="deadline">When it is over, nothing is told.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <returns>One of each row; null out of time.</returns>
    public static RowDensity[]? Of(
        StasyDenoiser denoiser, VarianceExplodingProcess process, EncodedRows table, double tolerance, Philox random, TensorEngine engine,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        RowDensity[] densities = new RowDensity[table.RowCount];
        int slots = denoiser.Slots, atOnce = Math.Min(RowsAtOnce, table.RowCount);
        using Tape tape = engine.CreateTape(training: true);
        var flow = new DensityFlow(denoiser, process, tape, atOnce) { Deadline = deadline };
        var solver = new DormandPrince(flow, atOnce, tolerance);
        float[] values = new float[slots];
        double[] states = new double[atOnce * flow.Width];
        for (int first = 0; first < table.RowCount; first += atOnce)
        {
            int count = Math.Min(atOnce, table.RowCount - first);
            for (int n = 0; n < count; n++)
            {
                StasyRows.Write(table.Encoder, table.Row(first + n), values, flow.Known.AsSpan(n * slots, slots));
                Span<float> directions = flow.Directions.AsSpan(n * slots, slots);
                random.Fork((ulong)(first + n)).FillUniform(directions);
                foreach (ref float direction in directions)
                    direction = direction < 0.5f ? -1 : 1;
                random.Fork((ulong)(first + n)).Fork(0).FillNormal(flow.Noise.AsSpan(n * slots, slots));
                for (int i = 0; i < slots; i++)
                    states[(n * flow.Width) + i] = values[i];
                states[(n * flow.Width) + slots] = 0;
            }
            try
            {
                solver.Solve(VarianceExplodingProcess.FirstTime, to: 1, states.AsSpan(0, count * flow.Width), cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return null;
            }
            for (int n = 0; n < count; n++)
            {
                densities[first + n] = AtTheEnd(
                    states.AsSpan(n * flow.Width, flow.Width), flow.Known.AsSpan(n * slots, slots), process.Sigma(1));
            }
        }
        return densities;
    }

    // The density of the noise, and what the flow changed of it.
    private static RowDensity AtTheEnd(ReadOnlySpan<double> state, ReadOnlySpan<bool> known, double sigma)
    {
        double sum = state[^1];
        int count = 0;
        for (int i = 0; i < known.Length; i++)
        {
            if (!known[i])
                continue;
            sum -= (0.5 * Math.Log(2 * Math.PI)) + Math.Log(sigma) + (0.5 * Math.Pow(state[i] / sigma, 2));
            count++;
        }
        return new RowDensity(sum, count);
    }
}
