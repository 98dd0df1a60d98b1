using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>One step of a reverse process: x_to = State * x_from + Data * x_0 + Noise * z, x_0 as the denoiser predicts it and z
/// standard normal.</summary>
/// <param name="From">The level it starts from, 1..T.</param>
/// <param name="To">The level it leads to, below <paramref name="From"/>.</param>
/// <param name="State">Factor of x at level <paramref name="From"/>.</param>
/// <param name="Data">Factor of the predicted x_0.</param>
/// <param name="Noise">Standard deviation of the noise that is added.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ReverseStep(int From, int To, double State, double Data, double Noise);
