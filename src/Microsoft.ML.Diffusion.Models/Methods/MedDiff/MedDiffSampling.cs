using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>How MedDiff's rows are made.</summary>
internal sealed record MedDiffSampling
{
    // Of the last level, and its step: NCSN's 0.01 and 2e-5 for data twice as wide.
    private const double LangevinNoise = 0.02, LangevinStep = 8e-5;

    /// <summary>Rows are made on many threads at once, each on its own.</summary>
    public static ManagedEngine Engine { get; } = new(threads: 1);

    /// <summary>T.</summary>
    public required int Levels { get; init; }

    /// <summary>The shape of the schedule.</summary>
    public required NoiseScheduleKind Kind { get; init; }

    /// <summary>Whether the network predicts the noise, and not the velocity.</summary>
    public required bool PredictsNoise { get; init; }

    /// <summary>beta_T, with beta_1 = 1e-4; 0 for the linear schedule whose last level holds next to no signal.</summary>
    public required double LastBeta { get; init; }

    /// <summary>The solver.</summary>
    public required DiffusionSolver Solver { get; init; }

    /// <summary>Steps of the solver.</summary>
    public required int Steps { get; init; }

    /// <summary>Anderson's k.</summary>
    public required int Memory { get; init; }

    /// <summary>How far Anderson acceleration may move a step.</summary>
    public required double Limit { get; init; }

    /// <summary>How rows of a class are made.</summary>
    public required LabelGuidance Guidance { get; init; }

    /// <summary>The weight of the guidance.</summary>
    public required double Weight { get; init; }

    /// <summary>How many rows are made to find out above which number a column of two values has the second; 0 for the middle.</summary>
    public required int CalibrationRows { get; init; }

    public NoiseSchedule Schedule() => Kind switch
    {
        // Noise of twice the deviation of Song and Ermon, since their data go from 0 to 1 and these from -1 to 1.
        NoiseScheduleKind.VarianceExploding => NoiseSchedule.VarianceExploding(Levels, LangevinNoise, 2),
        NoiseScheduleKind.Cosine => NoiseSchedule.Cosine(Levels, 0.999),
        NoiseScheduleKind.Quadratic => NoiseSchedule.Quadratic(Levels),
        _ => LastBeta > 0 ? NoiseSchedule.Linear(Levels, 1e-4, LastBeta) : NoiseSchedule.Linear(Levels),
    };

    public Solver NewSampler(NoiseSchedule schedule) => Solver switch
    {
        DiffusionSolver.Ddim => new DdimSolver(schedule, Steps),
        DiffusionSolver.DpmSolver => new DpmSolver(schedule, Steps),
        DiffusionSolver.Heun => new HeunSolver(schedule, Steps),
        DiffusionSolver.Langevin => new LangevinSolver(schedule, Steps, LangevinStep),
        DiffusionSolver.Ddpm => new AncestralSolver(schedule, Steps),
        _ => new AndersonSolver(new DdimSolver(schedule, Steps), Memory, Limit),
    };

    public void Save(BinaryWriter writer)
    {
        writer.Write(Levels);
        writer.Write((byte)Kind);
        writer.Write(PredictsNoise);
        writer.Write(LastBeta);
        writer.Write((byte)Solver);
        writer.Write(Steps);
        writer.Write(Memory);
        writer.Write(Limit);
        writer.Write((byte)Guidance);
        writer.Write(Weight);
        writer.Write(CalibrationRows);
    }

    public static MedDiffSampling Load(BinaryReader reader)
    {
        var sampling = new MedDiffSampling
        {
            Levels = reader.ReadBetween(2, NoiseSchedule.MostSteps, "the number of noise levels"),
            Kind = reader.ReadKind<NoiseScheduleKind>("noise schedule"),
            PredictsNoise = reader.ReadBoolean(),
            LastBeta = reader.ReadFinite("the last beta"),
            Solver = reader.ReadKind<DiffusionSolver>("solver"),
            Steps = reader.ReadBetween(1, NoiseSchedule.MostSteps, "the number of steps"),
            Memory = reader.ReadBetween(0, MedDiffOptions.LargestMemory, "the memory of the solver"),
            Limit = reader.ReadDouble(),
            Guidance = reader.ReadKind<LabelGuidance>("guidance"),
            Weight = reader.ReadFinite("the weight of the guidance"),
            CalibrationRows = reader.ReadBetween(0, MedDiffOptions.MostCalibrationRows, "the number of rows for calibration"),
        };
        bool explodes = sampling.Kind == NoiseScheduleKind.VarianceExploding;
        CheckedReading.Require(explodes == (sampling.Solver == DiffusionSolver.Langevin), "its solver cannot go back in its schedule");
        CheckedReading.Require(sampling.Limit >= 0 && Math.Abs(sampling.Weight) <= MedDiffOptions.LargestWeight, "a weight is impossible");
        // Makes what the solver needs once, to see that the numbers fit each other.
        sampling.NewSampler(sampling.Schedule());
        return sampling;
    }
}
