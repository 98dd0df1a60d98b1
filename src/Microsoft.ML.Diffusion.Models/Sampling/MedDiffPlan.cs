using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>How MedDiff's rows are made.</summary>
internal sealed record MedDiffPlan
{
    /// <summary>Rows are made on many threads at once, each on its own.</summary>
    public static ManagedEngine Engine { get; } = new(threads: 1);

    /// <summary>T.</summary>
    public required int Levels { get; init; }

    /// <summary>beta_T, with beta_1 = 1e-4; 0 for the linear schedule whose last level holds next to no signal.</summary>
    public required double LastBeta { get; init; }

    /// <summary>The solver.</summary>
    public required DiffusionSolver Solver { get; init; }

    /// <summary>Steps of the solver.</summary>
    public required int Steps { get; init; }

    /// <summary>Anderson's k.</summary>
    public required int Memory { get; init; }

    /// <summary>How rows of a class are made.</summary>
    public required LabelGuidance Guidance { get; init; }

    /// <summary>The weight of the guidance.</summary>
    public required double Weight { get; init; }

    public NoiseSchedule Schedule() => LastBeta > 0 ? NoiseSchedule.Linear(Levels, 1e-4, LastBeta) : NoiseSchedule.Linear(Levels);

    public NumberSampler NewSampler(NoiseSchedule schedule) => Solver switch
    {
        DiffusionSolver.Ddim => new DdimSampler(schedule, Steps),
        DiffusionSolver.DpmSolver => new DpmSolverSampler(schedule, Steps),
        DiffusionSolver.Heun => new HeunSampler(schedule, Steps),
        DiffusionSolver.Ddpm => new StochasticSampler(schedule, Steps),
        _ => new AndersonSampler(new DdimSampler(schedule, Steps), Memory),
    };

    public void Save(BinaryWriter writer)
    {
        writer.Write(Levels);
        writer.Write(LastBeta);
        writer.Write((byte)Solver);
        writer.Write(Steps);
        writer.Write(Memory);
        writer.Write((byte)Guidance);
        writer.Write(Weight);
    }

    public static MedDiffPlan Load(BinaryReader reader) => new()
    {
        Levels = reader.ReadInt32(),
        LastBeta = reader.ReadDouble(),
        Solver = (DiffusionSolver)reader.ReadByte(),
        Steps = reader.ReadInt32(),
        Memory = reader.ReadInt32(),
        Guidance = (LabelGuidance)reader.ReadByte(),
        Weight = reader.ReadDouble(),
    };
}
