// The parts of ECharts that pages use: lines on a grid with a tooltip and a target line.
import {init, use} from "echarts-charts/core";
import {LineChart} from "echarts-charts/charts";
import {GridComponent, MarkLineComponent, TooltipComponent} from "echarts-charts/components";
import {LabelLayout} from "echarts-charts/features";
import {CanvasRenderer} from "echarts-charts/renderers";

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, CanvasRenderer]);
export {init};
