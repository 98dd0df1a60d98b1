using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;

namespace Microsoft.ML.Diffusion.Models.Imputation;

public sealed partial class TabularDiffusionModel
{
    /// <summary>What a <see cref="TabularDiffusionModel"/> is trained with. A null lets the training choose by the size of
    /// the table; the choice depends on the table alone, never on the clock, so that a seed gives the same bits anywhere.</summary>
    public class Options
    {
        /// <summary>How the model learns and imputes. Default: <see cref="DiffusionMethod.Conditional"/>.</summary>
        public DiffusionMethod Method { get; set; } = DiffusionMethod.Conditional;

        /// <summary>How numbers are scaled. Null: <see cref="NumericScaling.Standard"/>; MissDiff, section 5, and CSDI-T:
        /// <see cref="NumericScaling.MinMax"/>.</summary>
        public NumericScaling? Scaling { get; set; }

        /// <summary>The noise schedule. Null: <see cref="NoiseScheduleKind.Cosine"/>; MissDiff, section 5, and CSDI-T:
        /// <see cref="NoiseScheduleKind.Quadratic"/>, MissDiff's alternative being
        /// <see cref="NoiseScheduleKind.VarianceExploding"/>.</summary>
        public NoiseScheduleKind? Schedule { get; set; }

        /// <summary>The number of noise levels T. Null: 100; MissDiff, section 5: 100, or 150 for large tables; CSDI-T: 150.</summary>
        public int? DiffusionSteps { get; set; }

        /// <summary>The width of the residual blocks. Null: 128, or 192 from 10,000 rows; for draws below 1,000 rows 4 per column, 32 to
        /// 128; MissDiff, section 5, and CSDI-T: 64 channels of each token, which 8 attention heads share (the most up to 8 that divide
        /// the width).</summary>
        public int? Width { get; set; }

        /// <summary>The number of residual blocks. Null: 4, or 2 for draws below 1,000 rows; MissDiff, section 5, and CSDI-T: 4.</summary>
        public int? Blocks { get; set; }

        /// <summary>Whose weighted mean is the best guess; the weights are fitted on held-back cells. Null: all of them. Only used by
        /// <see cref="DiffusionMethod.Conditional"/>; draws are the diffusion model's alone.</summary>
        public ImputationMembers? Members { get; set; }

        /// <summary>How many networks are trained whose answers are averaged for a best guess; one more is trained for draws.
        /// Null: 4; MissDiff and CSDI-T: 1, for both.</summary>
        public int? Networks { get; set; }

        /// <summary>The time that the training may take. Networks that are not done by then end early, at a small learning rate; the
        /// result then depends on the speed of the machine. Null: as long as the plan takes.</summary>
        public TimeSpan? MaxTrainingTime { get; set; }

        /// <summary>How often the training goes over the rows. Null: 80, at least
        /// 2,000 and at most 12,000 steps, fewer for tables so wide that this would take minutes; MissDiff, section 5: 250; CSDI-T:
        /// 500.</summary>
        public int? Epochs { get; set; }

        /// <summary>Rows per optimizer step. Null: 128; MissDiff, section 5: 64; CSDI-T: 64, where its authors use 8 for
        /// their smallest tables.</summary>
        public int? BatchSize { get; set; }

        /// <summary>The largest learning rate of Adam. Null: 2e-3; MissDiff, section 5, and CSDI-T: 5e-4.</summary>
        public double? LearningRate { get; set; }

        /// <summary>The share of observed cells that is held back to stop the training early, to weigh the members and to calibrate
        /// intervals. Null: 0.1, of at most 4,000 rows; 0 weighs all members alike. Not used by MissDiff and CSDI-T, which train to the
        /// end.</summary>
        public double? ValidationShare { get; set; }

        /// <summary>Whether simple imputers (mean and mode, nearest neighbours, chained ridge regressions, chained forests) are fitted too
        /// and compared with the model on the held-back cells: a table in the log and in <see cref="Scores"/>, and a sentence where one
        /// of them is better. Default: false, for it takes time. Only used by <see cref="DiffusionMethod.Conditional"/>.</summary>
        public bool CompareWithBaselines { get; set; }

        /// <summary>From how many draws MissDiff and CSDI-T make a best guess, each from a starting point that the model's seed fixes: of
        /// numbers MissDiff takes the mean and CSDI-T the median, of categories both the most frequent. Null: 10, where CSDI-T's authors
        /// use
        /// 100. Not used by <see cref="DiffusionMethod.Conditional"/>, which needs no draws.</summary>
        public int? ExpectationDraws { get; set; }

        /// <summary>How many steps the reverse process of a draw takes. Null: all T, which brings back the full variance; 50 lose about
        /// 3 % of the deviation.</summary>
        public int? SamplingSteps { get; set; }

        /// <summary>Seed of the weights, the batches and the noise. Default 0.</summary>
        public ulong Seed { get; set; }

        /// <summary>How many threads train. Null: one per core. The result does not depend on it.</summary>
        public int? Threads { get; set; }

        /// <summary>What computes the training. Default: <see cref="EngineKind.Auto"/>, a GPU where the app carries TorchSharp and there
        /// is one,
        /// else managed code. The model is the same in kind, and its file does not tell; its numbers agree to rounding.</summary>
        public EngineKind Engine { get; set; } = EngineKind.Auto;

        /// <summary>Which GPU computes, 0-based. Null: the one that the MLContext names, if it names one; else the first, if there is
        /// one.</summary>
        public int? GpuDeviceId { get; set; }

        /// <summary>Whether the training goes to the processor where <see cref="GpuDeviceId"/> is not there. Default: true.</summary>
        public bool FallbackToCpu { get; set; } = true;

        /// <summary>MissDiff as published (Ouyang, Xie, Li, Cheng 2023, section 5 and appendix C): T = 100, quadratic schedule
        /// from 1e-4 to 0.5, four residual blocks of 64 channels, min-max scaling, Adam 5e-4 with decay 0.1 at 25, 50, 75 and 90 %
        /// of 250 epochs, batch 64.</summary>
        /// <remarks>The network is that of the published code: CSDI's (Tashiro et al. 2021), in which every number and every category of
        /// a row is a
        /// token and tokens attend to each other. The time grows with rows times tokens: about a minute for a thousand rows of ten
        /// numbers on
        /// two cores, many hours for a table like Census.</remarks>
        public static Options Paper()
        {
            Options options = new();
            options.UsePaper();
            return options;
        }

        /// <summary>CSDI-T (Zheng and Charoenphakdee 2022, which puts CSDI of Tashiro et al. 2021 to tables): a conditional denoiser
        /// with attention
        /// between the cells of a row. T = 150, quadratic schedule from 1e-4 to 0.5, four residual blocks of 64 channels and 8 heads,
        /// min-max
        /// scaling, one-hot categories at -1 and 1, Adam 5e-4 with decay 0.1 at 25, 50, 75 and 90 % of 500 epochs, batch 64.</summary>
        /// <remarks>In training, of the observed cells of each row a random number is to be predicted from the others. The authors take
        /// batches of
        /// 8 for their smallest tables and, for a best guess, 100 draws of 150 steps, where 20 of 50 are taken here
        /// (<see cref="ExpectationDraws"/>, <see cref="SamplingSteps"/>). Training takes about twice the time of <see
        /// cref="Paper"/>.</remarks>
        public static Options CsdiT()
        {
            Options options = new();
            options.UseCsdiT();
            return options;
        }

        internal EngineChoice ChooseEngine() => EngineChoice.Decide(Engine, GpuDeviceId, FallbackToCpu);

        internal void Validate()
        {
            Require(Enum.IsDefined(Method), nameof(Method), Method, "a diffusion method");
            Require(Scaling is null || Enum.IsDefined(Scaling.Value), nameof(Scaling), Scaling, "a scaling of numbers");
            Require(Schedule is null || Enum.IsDefined(Schedule.Value), nameof(Schedule), Schedule, "a noise schedule");
            Require(DiffusionSteps is null or (>= 2 and <= 10_000), nameof(DiffusionSteps), DiffusionSteps, "between 2 and 10,000");
            Require(Width is null or (>= 1 and <= 8192), nameof(Width), Width, "between 1 and 8,192");
            Require(Blocks is null or (>= 1 and <= 100), nameof(Blocks), Blocks, "between 1 and 100");
            Require(Members is null or (> ImputationMembers.None and <= ImputationMembers.All), nameof(Members), Members, "one or more of Denoisers, Trees, Gaussian and Neighbors");
            Require(Networks is null or (>= 1 and <= 100), nameof(Networks), Networks, "between 1 and 100");
            Require(!(MaxTrainingTime <= TimeSpan.Zero), nameof(MaxTrainingTime), MaxTrainingTime, "longer than nothing");
            Require(Epochs is null or >= 1, nameof(Epochs), Epochs, "at least 1");
            Require(BatchSize is null or (>= 1 and <= 65_536), nameof(BatchSize), BatchSize, "between 1 and 65,536");
            Require(LearningRate is null or (> 0 and <= 1), nameof(LearningRate), LearningRate, "above 0 and at most 1");
            Require(ValidationShare is null or (>= 0 and <= 0.5), nameof(ValidationShare), ValidationShare, "between 0 and 0.5");
            Require(ExpectationDraws is null or (>= 1 and <= 1000), nameof(ExpectationDraws), ExpectationDraws, "between 1 and 1,000");
            Require(SamplingSteps is null or >= 1, nameof(SamplingSteps), SamplingSteps, "at least 1");
            Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1");
        }

        private static void Require(bool condition, string name, object? value, string expected)
        {
            if (!condition)
                throw new ArgumentOutOfRangeException(name, value, $"The option {name} must be {expected}.");
        }

        /// <summary>Sets every knob as in <see cref="Paper"/>; seed and threads stay.</summary>
        public void UsePaper()
        {
            Method = DiffusionMethod.MissDiff;
            Scaling = NumericScaling.MinMax;
            Schedule = NoiseScheduleKind.Quadratic;
            DiffusionSteps = 100;
            Width = 64;
            Blocks = 4;
            Networks = 1;
            Epochs = 250;
            BatchSize = 64;
            LearningRate = 5e-4;
            ValidationShare = 0;
            ExpectationDraws = 10;
            SamplingSteps = 100;
        }

        /// <summary>Sets every knob as in <see cref="CsdiT"/>; seed and threads stay.</summary>
        public void UseCsdiT()
        {
            UsePaper();
            Method = DiffusionMethod.CsdiT;
            DiffusionSteps = 150;
            Epochs = 500;
            ExpectationDraws = 20;
            SamplingSteps = 50;
        }
    }
}
