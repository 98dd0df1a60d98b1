namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>How MedDiff goes from noise to rows.</summary>
public enum DiffusionSolver
{
    /// <summary>DDIM with Anderson acceleration (MedDiff): one call of the network a step.</summary>
    Anderson,

    /// <summary>DDIM (Song, Meng and Ermon 2021): one call a step.</summary>
    Ddim,

    /// <summary>DPM-Solver++(2M) (Lu et al. 2022): one call a step.</summary>
    DpmSolver,

    /// <summary>Heun's method (Karras et al. 2022): two calls a step.</summary>
    Heun,

    /// <summary>Ancestral sampling with fresh noise (Ho et al. 2020): one call a step.</summary>
    Ddpm,

    /// <summary>Annealed Langevin dynamics (NCSN, Song and Ermon 2019): at every noise level so many steps, one call each.</summary>
    Langevin,
}
